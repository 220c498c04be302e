import type { Theme } from './content.ts'
import { type GateLanguage, gateWords } from './gate-words.ts'
import { html, type Markup, trusted } from './markup.ts'
import { policy, type RenderedPage } from './page.ts'
import { paperMeta, themeStyle } from './theme.ts'

/** The page before a capsule: what its share link asks for. */
export interface Gate {
  readonly language: GateLanguage
  readonly title: string
  readonly team: string
  readonly theme: Theme | undefined
  /** Where the form goes. */
  readonly action: string
  readonly asks: 'password' | 'email' | 'code'
  /** What was proven before, sealed. */
  readonly proof?: string | undefined
  /** Where the code was sent. */
  readonly email?: string | undefined
  /** What was wrong with what was sent. */
  readonly fault?: string | undefined
}

const web = 'modules/visitor/web'
const sheets = ['page', 'answer', 'form', 'gate']

export function renderGate(gate: Gate, assets: { text(entry: string): string }): RenderedPage {
  const { language, title, team, fault, asks } = gate
  const words = gateWords[language]
  const style = sheets.map((name) => assets.text(`${web}/${name}.css`)).join('') + themeStyle(gate.theme)
  const proof = gate.proof !== undefined && html`<input type="hidden" name="proof" value="${gate.proof}">`
  const another = asks === 'code' && html`<p class="note"><a href="${gate.action}">${words.another}</a></p>`
  const markup = html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${fault !== undefined && `${words.mistake}: `}${title}</title><meta name="robots" content="noindex"><link rel="icon" href="/favicon.ico" type="image/svg+xml">${paperMeta(gate.theme)}<style>${trusted(style)}</style></head><body><main class="gate"><p class="team">${words.shared(team)}</p><h1>${title}</h1><form class="answer form" method="post" action="${gate.action}">${proof}<div class="asked field"><label class="label" for="asked">${words[asks].label}</label><p class="note" id="hint">${words[asks].hint(gate.email ?? '')}</p>${control(gate)}${fault !== undefined && html`<p class="fault" id="fault">${fault}</p>`}</div><p class="act"><button class="button">${words[asks].action}</button></p></form>${another}</main></body></html>`
  return { html: markup.text, links: [], csp: policy(style) }
}

const controls = {
  password: 'type="password" name="password" maxlength="128" autocomplete="current-password"',
  email: 'type="email" name="email" maxlength="254" autocomplete="email"',
  code: 'type="text" name="code" maxlength="12" inputmode="numeric" autocomplete="one-time-code"',
} as const

function control({ asks, fault }: Gate): Markup {
  const marks =
    fault === undefined ? html` aria-describedby="hint"` : html` aria-invalid="true" aria-describedby="hint fault"`
  return html`<input id="asked" ${trusted(controls[asks])} required autofocus${marks}>`
}
