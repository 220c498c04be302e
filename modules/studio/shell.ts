import { createHash } from 'node:crypto'
import type { Assets } from '../../src/http/assets.ts'
import { isKnown } from '../../src/http/etag.ts'

const web = 'modules/studio/web'
/** The visitor's style sheets, which the canvas shows a page with. */
const visitorStyles = ['page', 'answer', 'poll', 'quiz', 'form', 'media', 'columns', 'chat'].map(
  (name) => `modules/visitor/web/${name}.css`,
)

/**
 * Nothing inline, nothing foreign but pictures, films and embedded frames over https; and nobody may frame the studio. The
 * canvas is a frame without an address of its own, which takes this policy over.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' https: data: blob:",
  "media-src 'self' https: blob:",
  "font-src 'self'",
  "frame-src 'self' https:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The one page of the studio: the same for everybody, so that it holds nobody's data. */
export class Shell {
  #page: { readonly html: string; readonly tag: string } | undefined

  constructor(
    private readonly assets: Pick<Assets, 'url' | 'urls'>,
    private readonly picture: string,
  ) {}

  answer(request: Request): Response {
    this.#page ??= this.#make()
    const { html, tag } = this.#page
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      etag: `"${tag}"`,
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    }
    if (isKnown(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers })
    return new Response(html, { headers })
  }

  #make() {
    const scripts = this.assets.urls(`${web}/studio.tsx`)
    const canvas = [...visitorStyles, `${web}/canvas.css`].map((entry) => this.assets.url(entry))
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover,interactive-widget=resizes-content"><title>Encapsify Studio</title><meta name="color-scheme" content="light dark"><link rel="icon" href="/favicon.ico" type="image/svg+xml"><link rel="stylesheet" href="${this.assets.url(`${web}/studio.css`)}">${scripts
      .slice(1)
      .map((url) => `<link rel="modulepreload" href="${url}">`)
      .join(
        '',
      )}<script type="module" src="${scripts[0]}"></script></head><body><div id="studio" data-canvas-styles="${canvas.join(' ')}" data-picture="${this.picture}"></div><noscript><main class="plain"><h1>The studio needs JavaScript</h1><p>Capsules can be read and answered without it; to make them, please switch it on.</p></main></noscript></body></html>`
    return { html, tag: createHash('sha256').update(html).digest('base64url').slice(0, 22) }
  }
}
