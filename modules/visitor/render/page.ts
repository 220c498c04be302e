import { createHash } from 'node:crypto'
import type { Attempt } from './attempt.ts'
import { renderBlock, typesIn } from './block.ts'
import type { Block, Document, Page, Result } from './content.ts'
import { type BlockContext, type ChatShown, type Film, type Picture, pageAddress, type Size } from './context.ts'
import { flat } from './excerpt.ts'
import { head, isRightToLeft, languageOf } from './head.ts'
import { icons } from './icons.ts'
import { html, type Markup, trusted } from './markup.ts'
import { picturePreload } from './preload.ts'
import type { Talk } from './talk.ts'
import { themeStyle } from './theme.ts'

export interface PageInput {
  readonly origin: string
  readonly organization: { readonly slug: string; readonly name: string }
  readonly capsule: { readonly id: string; readonly slug: string; readonly title: string; readonly version: number }
  readonly document: Document
  /** The page asked for; absent: the first. */
  readonly pageId?: string | undefined
  /** One visitor's own results; a page with any must not be cached, nor one with any of the next three. */
  readonly results?: ReadonlyMap<string, Result> | undefined
  /** The block that was answered a second time. */
  readonly answeredBefore?: string | undefined
  readonly attempts?: ReadonlyMap<string, Attempt> | undefined
  readonly talks?: ReadonlyMap<string, Talk> | undefined
  /** Whether files may be taken along; yes when absent. */
  readonly downloads?: boolean | undefined
  /** Absent: it answers, and has no starters of its own. */
  readonly chat?: ChatShown | undefined
  readonly assets: { url(entry: string): string; urls(entry: string): readonly string[]; text(entry: string): string }
  /** The sanitiser of rich text: a tree → safe HTML. */
  readonly richText: (content: unknown, blockId: string) => string
  readonly mediaUrl?: ((assetId: string) => string | undefined) | undefined
  /** An uploaded picture, by its asset. */
  readonly picture?: ((assetId: string) => Picture | undefined) | undefined
  /** An uploaded film or sound, by its asset. */
  readonly film?: ((assetId: string) => Film | undefined) | undefined
  /** The size of a picture of ours, in pixels, so that nothing moves when it arrives. */
  readonly imageSize?: ((src: string) => Size | undefined) | undefined
}

export interface RenderedPage {
  readonly html: string
  /** Values for `Link` headers, which a CDN turns into Early Hints. */
  readonly links: readonly string[]
  readonly csp: string
}

const web = 'modules/visitor/web'
const styles: Readonly<Partial<Record<Block['type'], readonly string[]>>> = {
  image: ['media'],
  video: ['media'],
  audio: ['media'],
  file: ['media'],
  embed: ['media'],
  columns: ['columns'],
  poll: ['answer', 'poll'],
  quiz: ['answer', 'quiz'],
  form: ['answer', 'form'],
  chat: ['chat'],
}
const scripts: readonly Block['type'][] = ['video', 'audio', 'poll', 'quiz', 'form', 'chat']
/** On every page, and needed by nothing that is seen first: the service worker, answers that wait, measuring. */
const everywhere = [`${web}/page.ts`, `${web}/live.ts`]
/** Its id holds a character that no block's id has. */
const contentId = '@content'

/** A published page as complete HTML, or undefined when the capsule has no such page. */
export function renderPage(input: PageInput): RenderedPage | undefined {
  const page =
    input.pageId === undefined ? input.document.pages[0] : input.document.pages.find((one) => one.id === input.pageId)
  if (page === undefined) return undefined
  const context = contextOf(input, page)
  const types = typesIn(page.blocks)
  const content = context.render(page.blocks)
  const style = styleOf(types, input) + blurStyle(context.blurs)
  const entries = blockScripts(types)
  const language = languageOf(input.document)
  const loaded = new Set(entries.flatMap((entry) => input.assets.urls(entry)))
  const shown = shownLive(input.document)
  const markup = html`<!doctype html><html lang="${language}"${isRightToLeft(language) && trusted(' dir="rtl"')}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${head(input, page, context)}<style>${trusted(style)}</style>${entries.map((entry) => html`<script type="module" src="${input.assets.url(entry)}"></script>`)}${everywhere.map((entry) => html`<script type="module" src="${input.assets.url(entry)}" fetchpriority="low"></script>`)}</head><body data-capsule="${input.capsule.id}" data-version="${input.capsule.version}" data-page="${page.id}"${shown !== '' && html` data-live="${shown}"`}><a class="skip" href="#${contentId}">Skip to the content</a>${progress(input, page, context)}<main id="${contentId}" tabindex="-1"><h1>${page.title ?? input.capsule.title}</h1>${content}</main>${neighbours(page, context)}<footer class="frame"><p>${input.organization.name}</p></footer></body></html>`
  const picture = picturePreload(page, context)
  const modules = [...loaded].map((url) => `<${url}>; rel=modulepreload`)
  return {
    html: markup.text,
    links: picture === undefined ? modules : [picture, ...modules],
    csp: policy(style, types),
  }
}

/** The entries that a page with these blocks loads. */
export function scriptsOn(blocks: readonly Block[]): string[] {
  return [...blockScripts(typesIn(blocks)), ...everywhere]
}

/** What of the others a visitor sees, by the owner's choice. */
function shownLive({ settings }: Document): string {
  return Object.entries(settings?.live ?? {})
    .flatMap(([what, isShown]) => (isShown ? [what] : []))
    .join(' ')
}

function blockScripts(types: ReadonlySet<Block['type']>): string[] {
  return scripts.filter((type) => types.has(type)).map((type) => `${web}/${type}.ts`)
}

function contextOf(input: PageInput, page: Page): BlockContext & { readonly blurs: readonly string[] } {
  const blurs: string[] = []
  const context = {
    blurs,
    behind: (blur: string) => `b${blurs.push(blur) - 1}`,
    document: input.document,
    origin: input.origin,
    path: `/${encodeURIComponent(input.organization.slug)}/${encodeURIComponent(input.capsule.slug)}`,
    version: input.capsule.version,
    richText: input.richText,
    mediaUrl: input.mediaUrl ?? (() => undefined),
    picture: input.picture ?? (() => undefined),
    film: input.film ?? (() => undefined),
    imageSize: input.imageSize ?? (() => undefined),
    firstImageId: flat(page.blocks).find((block) => block.type === 'image')?.id,
    results: input.results ?? new Map(),
    answeredBefore: input.answeredBefore,
    attempts: input.attempts ?? new Map(),
    talks: input.talks ?? new Map(),
    downloads: input.downloads ?? true,
    chat: input.chat ?? { enabled: true, starters: [], leads: 'form' },
    render: (blocks: readonly Block[]): Markup => html`${blocks.map((block) => renderBlock(block, context))}`,
  }
  return context
}

/** What stands in pictures' places until they are there. */
function blurStyle(blurs: readonly string[]): string {
  return blurs.map((one, n) => `img.b${n}{background:url(${one}) 0 0/100% 100%}`).join('')
}

function styleOf(types: ReadonlySet<Block['type']>, input: PageInput): string {
  const names = new Set(['page', ...[...types].flatMap((type) => styles[type] ?? [])])
  return [...names].map((name) => input.assets.text(`${web}/${name}.css`)).join('') + themeStyle(input.document.theme)
}

function progress(input: PageInput, page: Page, context: BlockContext): Markup | false {
  const pages = context.document.pages
  if (pages.length < 2) return false
  const at = pages.indexOf(page) + 1
  const title =
    at === 1 ? html`<span>${input.capsule.title}</span>` : html`<a href="${context.path}">${input.capsule.title}</a>`
  return html`<header class="frame"><progress max="${pages.length}" value="${at}" aria-hidden="true"></progress><p class="where">${title}<span>Page ${at} of ${pages.length}</span></p></header>`
}

function neighbours(page: Page, context: BlockContext): Markup | false {
  const pages = context.document.pages
  const at = pages.indexOf(page)
  const [before, after] = [pages[at - 1], pages[at + 1]]
  if (before === undefined && after === undefined) return false
  const back =
    before !== undefined &&
    html`<a rel="prev" href="${pageAddress(context, before.id)}">${icons.previous}<span><small>Back</small> ${before.title}</span></a>`
  const on =
    after !== undefined &&
    html`<a rel="next" href="${pageAddress(context, after.id)}"><span><small>Next</small> ${after.title}</span>${icons.next}</a>`
  return html`<nav class="frame" aria-label="Pages"><div>${back}${on}</div></nav>`
}

/**
 * The policy of a visitor page: nothing inline but the one style sheet, known by its hash. Capsules may be framed anywhere.
 * A film that our script feeds to its player has an address of the page's own making (`blob:`).
 */
export function policy(style: string, types: ReadonlySet<Block['type']> = new Set()): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; script-src 'self'; connect-src 'self'; img-src 'self' https: data:; media-src 'self' https:${types.has('video') ? ' blob:' : ''}; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors *`
}
