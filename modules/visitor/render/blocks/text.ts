import type { ButtonBlock, DividerBlock, HeadingBlock, RichTextBlock } from '../content.ts'
import { type BlockContext, pageAddress, safeUrl } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'

export function renderHeading(block: HeadingBlock): Markup {
  const level = Math.min(4, Math.max(2, Math.trunc(block.level ?? 2)))
  return html`${trusted(`<h${level}`)} id="${block.id}">${block.text}${trusted(`</h${level}>`)}`
}

export function renderRichText(block: RichTextBlock, context: BlockContext): Markup {
  return html`<div class="text" id="${block.id}">${trusted(context.richText(block.content, block.id))}</div>`
}

export function renderDivider(_block: DividerBlock): Markup {
  return html`<hr>`
}

export function renderButton(block: ButtonBlock, context: BlockContext): Markup {
  if (context.document.pages.some((page) => page.id === block.to)) {
    return html`<p id="${block.id}"><a class="button" href="${pageAddress(context, block.to)}">${block.label}</a></p>`
  }
  const url = safeUrl(block.to)
  if (url === undefined) return html`<p id="${block.id}">${block.label}</p>`
  return html`<p id="${block.id}"><a class="button" href="${url}" rel="noopener"${url.startsWith('https:') && trusted(' target="_top"')}>${block.label}</a></p>`
}
