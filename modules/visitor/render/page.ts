import { createHash } from 'node:crypto'
import { renderBlock, typesIn } from './block.ts'
import type { Block, Document, Page, Result } from './content.ts'
import { type BlockContext, pageAddress } from './context.ts'
import { html, type Markup, trusted } from './markup.ts'
import { themeStyle } from './theme.ts'

export interface PageInput {
  readonly origin: string
  readonly organization: { readonly slug: string; readonly name: string }
  readonly capsule: { readonly id: string; readonly slug: string; readonly title: string; readonly version: number }
  readonly document: Document
  /** The page asked for; absent: the first. */
  readonly pageId?: string | undefined
  readonly language?: string | undefined
  /** Whether search engines may list it. Default false: a capsule is shared by its link until its owner says otherwise. */
  readonly indexed?: boolean | undefined
  /** One line for social cards. */
  readonly description?: string | undefined
  /** One visitor's own results; such a page must not be cached. */
  readonly results?: ReadonlyMap<string, Result> | undefined
  readonly assets: { url(entry: string): string; text(entry: string): string }
  /** The sanitiser of rich text: a tree → safe HTML. */
  readonly richText: (content: unknown) => string
  readonly mediaUrl?: ((assetId: string) => string | undefined) | undefined
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
const scripts: readonly Block['type'][] = ['poll', 'quiz', 'form']

/** A published page as complete HTML, or undefined when the capsule has no such page. */
export function renderPage(input: PageInput): RenderedPage | undefined {
  const page =
    input.pageId === undefined ? input.document.pages[0] : input.document.pages.find((one) => one.id === input.pageId)
  if (page === undefined) return undefined
  const path = `/${encodeURIComponent(input.organization.slug)}/${encodeURIComponent(input.capsule.slug)}`
  const context: BlockContext = {
    document: input.document,
    origin: input.origin,
    path,
    pageId: page.id,
    version: input.capsule.version,
    richText: input.richText,
    mediaUrl: input.mediaUrl ?? (() => undefined),
    results: input.results ?? new Map(),
    render: (blocks) => html`${blocks.map((block) => renderBlock(block, context))}`,
  }
  const types = typesIn(page.blocks)
  const style = styleOf(types, input)
  const entries = scripts.filter((type) => types.has(type)).map((type) => input.assets.url(`${web}/${type}.ts`))
  const markup = html`<!doctype html><html lang="${input.language ?? 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">${head(input, page, context)}<style>${trusted(style)}</style>${entries.map((url) => html`<script type="module" src="${url}"></script>`)}</head><body data-capsule="${input.capsule.id}"><a class="skip" href="#content">Skip to the content</a>${progress(page, context)}<main id="content"><h1>${page.title ?? input.capsule.title}</h1>${context.render(page.blocks)}</main>${neighbours(page, context)}<footer>${input.organization.name}</footer></body></html>`
  return { html: markup.text, links: entries.map((url) => `<${url}>; rel=modulepreload`), csp: policy(style) }
}

function styleOf(types: ReadonlySet<Block['type']>, input: PageInput): string {
  const names = new Set(['page', ...[...types].flatMap((type) => styles[type] ?? [])])
  return [...names].map((name) => input.assets.text(`${web}/${name}.css`)).join('') + themeStyle(input.document.theme)
}

function head(input: PageInput, page: Page, context: BlockContext): Markup {
  const title =
    page.title === undefined || page.title === input.capsule.title
      ? input.capsule.title
      : `${page.title} · ${input.capsule.title}`
  const address = input.origin + pageAddress(context, page.id)
  const description = input.description
  const oembed = `${input.origin}/-/oembed?url=${encodeURIComponent(input.origin + context.path)}`
  return html`<title>${title}</title>${!input.indexed && html`<meta name="robots" content="noindex">`}${description !== undefined && html`<meta name="description" content="${description}"><meta property="og:description" content="${description}">`}<link rel="canonical" href="${address}"><meta property="og:type" content="website"><meta property="og:title" content="${title}"><meta property="og:url" content="${address}"><meta property="og:site_name" content="${input.organization.name}"><meta name="twitter:card" content="summary"><link rel="alternate" type="application/json+oembed" href="${oembed}" title="${input.capsule.title}">`
}

function progress(page: Page, context: BlockContext): Markup | false {
  const pages = context.document.pages
  if (pages.length < 2) return false
  const at = pages.indexOf(page) + 1
  return html`<header><label>Page ${at} of ${pages.length} <progress max="${pages.length}" value="${at}"></progress></label></header>`
}

function neighbours(page: Page, context: BlockContext): Markup | false {
  const pages = context.document.pages
  const at = pages.indexOf(page)
  const [before, after] = [pages[at - 1], pages[at + 1]]
  if (before === undefined && after === undefined) return false
  return html`<nav aria-label="Pages">${before !== undefined && html`<a rel="prev" href="${pageAddress(context, before.id)}">← ${before.title ?? 'Back'}</a>`}${after !== undefined && html`<a rel="next" href="${pageAddress(context, after.id)}">${after.title ?? 'Next'} →</a>`}</nav>`
}

/** The policy of a visitor page: nothing inline but the one style sheet, known by its hash. Capsules may be framed anywhere. */
function policy(style: string): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; script-src 'self'; connect-src 'self'; img-src 'self' https:; media-src 'self' https:; frame-src https:; form-action 'self'; base-uri 'none'; frame-ancestors *`
}
