import type { Assets } from '../../src/http/assets.ts'

/** Nothing but our own files; nobody may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The sections of the page, in their order; the script fills them. */
const sections = [
  ['alerts', 'Alerts'],
  ['indicators', 'Indicators'],
  ['availability', 'Availability'],
  ['charts', 'Last half hour'],
  ['nodes', 'Nodes'],
  ['process', 'Process'],
  ['routes', 'Requests'],
  ['capsules', 'Top capsules'],
  ['cache', 'Cache'],
  ['database', 'Database'],
  ['jobs', 'Jobs'],
  ['queries', 'Queries'],
  ['errors', 'Recent errors'],
  ['tools', 'Tools'],
] as const

export class OpsPage {
  constructor(private readonly assets: Assets) {}

  dashboard(): Response {
    const links = sections.map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`).join('')
    const bodies = sections
      .map(
        ([id, title]) =>
          `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div class="body"><p class="quiet">Loading…</p></div></section>`,
      )
      .join('')
    return this.#answer(
      200,
      'Operations',
      `<header><h1>Operations</h1><p id="node" class="quiet"></p><p id="connection" role="status"></p><p id="said" role="status" class="unseen"></p></header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main id="dashboard">${bodies}</main>
<noscript><p class="notice">This page draws itself with a script. The same figures are at /metrics.</p></noscript>`,
    )
  }

  /** Who is not signed in gets a form; who is signed in and no operator is told what is missing. */
  refusal(status: 401 | 403, reason: string): Response {
    const form =
      status === 401
        ? `<form id="sign-in"><label>E-mail <input type="email" name="email" autocomplete="username" required></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
<p id="sign-in-fault" role="alert"></p><button>Sign in</button></form>`
        : `<p>Ask whoever runs this server to name your address. To prove that it is yours, have a link sent to it: “Forgot password” where you sign in.</p>`
    return this.#answer(
      status,
      'Operations',
      `<main class="door"><h1>Operations</h1><p>${Bun.escapeHTML(reason)}</p>${form}</main>`,
    )
  }

  #answer(status: number, title: string, body: string): Response {
    const { assets } = this
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${title} · Encapsify</title><link rel="stylesheet" href="${assets.url('modules/ops/web/ops.css')}"><script type="module" src="${assets.url('modules/ops/web/ops.ts')}"></script></head><body>${body}</body></html>`
    return new Response(html, {
      status,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex',
      },
    })
  }
}
