import { mediaAddress, uploadedPicture } from './blocks/media.ts'
import type { Document, MediaBlock, Page } from './content.ts'
import { type BlockContext, pageAddress, type Size } from './context.ts'
import { excerptOf, flat } from './excerpt.ts'
import { html, type Markup } from './markup.ts'
import { paperMeta } from './theme.ts'

/** What the head says of a capsule. */
export interface Described {
  readonly organization: { readonly name: string }
  readonly capsule: { readonly title: string }
  readonly document: Document
}

/** The title, what search engines and social cards read, and where oEmbed is. */
export function head({ organization, capsule, document }: Described, page: Page, context: BlockContext): Markup {
  const title =
    page.title === undefined || page.title === capsule.title ? capsule.title : `${page.title} · ${capsule.title}`
  const address = context.origin + pageAddress(context, page.id)
  const description = document.settings?.description ?? excerptOf(document)
  const oembed = `${context.origin}/-/oembed?format=json&url=${encodeURIComponent(context.origin + context.path)}`
  const indexed = document.settings?.indexed === true
  return html`<title>${title}</title>${!indexed && html`<meta name="robots" content="noindex">`}${description !== undefined && html`<meta name="description" content="${description}"><meta property="og:description" content="${description}">`}<link rel="canonical" href="${address}"><meta property="og:type" content="website"><meta property="og:title" content="${title}"><meta property="og:url" content="${address}"><meta property="og:site_name" content="${organization.name}"><meta property="og:locale" content="${languageOf(document).replaceAll('-', '_')}">${card(cardImage(page, context))}<link rel="alternate" type="application/json+oembed" href="${oembed}" title="${capsule.title}"><link rel="icon" href="/favicon.ico" type="image/svg+xml">${paperMeta(document.theme)}`
}

export function languageOf(document: Document): string {
  return document.settings?.language ?? 'en'
}

const rightToLeft = new Set('ar arc ckb dv fa he nqo pnb ps sd ug ur yi'.split(' '))

export function isRightToLeft(language: string): boolean {
  return rightToLeft.has(language.split('-')[0]?.toLowerCase() ?? '')
}

interface CardImage {
  readonly address: string
  readonly alt: string
  readonly size: Size | undefined
}

function card(image: CardImage | undefined): Markup {
  if (image === undefined) return html`<meta name="twitter:card" content="summary">`
  const size =
    image.size !== undefined &&
    html`<meta property="og:image:width" content="${image.size.width}"><meta property="og:image:height" content="${image.size.height}">`
  return html`<meta property="og:image" content="${image.address}">${size}${image.alt !== '' && html`<meta property="og:image:alt" content="${image.alt}">`}<meta name="twitter:card" content="summary_large_image">`
}

/** The first picture of the page, or else of the capsule. */
function cardImage(page: Page, context: BlockContext): CardImage | undefined {
  for (const { blocks } of [page, ...context.document.pages]) {
    for (const block of flat(blocks)) {
      if (block.type !== 'image') continue
      const picture = uploadedPicture(block, context)
      const address = picture?.url ?? mediaAddress(block, context)
      if (address !== undefined) return imageOf(block, address, picture ?? context.imageSize(address), context)
    }
  }
  return undefined
}

function imageOf(block: MediaBlock, address: string, size: Size | undefined, context: BlockContext): CardImage {
  return {
    address: new URL(address, context.origin).href,
    alt: block.alt ?? block.title ?? '',
    size: size === undefined ? undefined : { width: size.width, height: size.height },
  }
}
