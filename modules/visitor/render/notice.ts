import { html, trusted } from './markup.ts'
import { policy, type RenderedPage } from './page.ts'
import { themeStyle } from './theme.ts'

export interface Notice {
  readonly title: string
  readonly text: string
  /** Where one may go from here: addresses of ours. */
  readonly ways?: readonly { readonly href: string; readonly label: string }[]
}

/** A page of ours: says why there is no capsule's page, or what there is instead. */
export function renderNotice(
  { title, text, ways = [] }: Notice,
  assets: { text(entry: string): string },
): RenderedPage {
  const style = assets.text('modules/visitor/web/page.css') + themeStyle(undefined)
  const markup = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><meta name="robots" content="noindex"><link rel="icon" href="/favicon.ico" type="image/svg+xml"><style>${trusted(style)}</style></head><body><main class="notice"><h1>${title}</h1><p>${text}</p>${ways.map(({ href, label }) => html`<p><a href="${href}">${label}</a></p>`)}</main></body></html>`
  return { html: markup.text, links: [], csp: policy(style) }
}
