import { pageHeaders } from './headers.ts'
import { renderNotice } from './render/notice.ts'

/** The mark in a browser's tab: a capsule, upright on light and on dark. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="8" y="2" width="16" height="28" rx="8" fill="#4f46e5"/><path d="M8 16h16v6a8 8 0 0 1-16 0z" fill="#a5b4fc"/></svg>`

const robots = `User-agent: *
Allow: /
Disallow: /studio
Disallow: /ops
Disallow: /api/
Disallow: /live/
Disallow: /ai/
`

export function favicon(): Response {
  return new Response(icon, {
    headers: {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=604800',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Capsules may be looked at; each page says for itself whether it may be listed. */
export function robotsTxt(): Response {
  return new Response(robots, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' },
  })
}

/** What stands at the root, where no capsule is: a way on for whoever has just started the server. */
export function welcome(assets: { text(entry: string): string }): Response {
  const page = renderNotice(
    {
      title: 'Encapsify',
      text: 'A capsule opens at its own address, /organization/capsule: ask whoever sent you here for the whole of it.',
      ways: [
        { href: '/studio', label: 'The studio, where capsules are made' },
        { href: '/api/docs', label: 'The API' },
      ],
    },
    assets,
  )
  return new Response(page.html, { headers: pageHeaders(page, { kind: 'own' }) })
}
