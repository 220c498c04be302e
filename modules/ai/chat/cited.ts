import { renderMarkdown } from '../markdown.ts'
import type { Citation } from './extract.ts'

/** Where a citation leads. */
export type AddressOf = (citation: Citation) => string

/** The pages of a capsule are told apart by their query, so that this leads there from any of them. */
export const besidesPage: AddressOf = ({ page, block }) =>
  `?page=${encodeURIComponent(page)}#${encodeURIComponent(block)}`

/**
 * An answer as HTML, in which `[1]` leads to what it cites. A number that cites nothing, and any in code and in links, stays what
 * it is.
 */
export function renderCited(text: string, citations: readonly Citation[], addressOf: AddressOf): string {
  const links = new Map(citations.map((citation) => [citation.number, linkTo(citation, addressOf)]))
  let inside = 0
  return renderMarkdown(text)
    .split(/(<[^>]*>)/)
    .map((part) => {
      if (/^<(a|code)\b/.test(part)) inside++
      else if (/^<\/(a|code)>/.test(part)) inside--
      return part.startsWith('<') || inside > 0
        ? part
        : part.replace(numbers, (all, given) => cite(given, links) || all)
    })
    .join('')
}

const numbers = / ?\[(\d{1,2}(?:, ?\d{1,2})*)\]/g

function cite(given: string, links: ReadonlyMap<number, string>): string {
  return given
    .split(',')
    .map((number) => links.get(Number(number)) ?? '')
    .join('')
}

/** A space that does not break keeps the number at its statement. */
function linkTo(citation: Citation, addressOf: AddressOf): string {
  const { number, quote } = citation
  const title = quote.length <= 200 ? quote : `${quote.slice(0, 200).toWellFormed()}…`
  return `&nbsp;<a class="cite" href="${Bun.escapeHTML(addressOf(citation))}" title="${Bun.escapeHTML(title)}" aria-label="Source ${number}">${number}</a>`
}
