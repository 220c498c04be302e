import type { Theme } from './content.ts'
import { html, type Markup } from './markup.ts'

const fonts: Readonly<Record<string, string>> = {
  serif: 'ui-serif,Georgia,Cambria,"Times New Roman",serif',
  mono: 'ui-monospace,"SF Mono",Menlo,Consolas,monospace',
  rounded: 'ui-rounded,"SF Pro Rounded","Hiragino Maru Gothic ProN",Quicksand,system-ui,sans-serif',
}
const corners: Readonly<Record<string, string>> = { square: '0', none: '0', round: '20px', large: '20px' }
const standardAccent = '#4f46e5'
const paper = { light: '#ffffff', dark: '#14151a' } as const
/** What cards stand on: a little nearer to the text's colour than the paper, so what reads on it reads everywhere. */
const raised = { light: '#f6f6f9', dark: '#1f2026' } as const

/**
 * A theme as custom properties. Accents are moved towards black or white until they can be read on the page
 * (WCAG 2.2, 1.4.3: 4.5 to 1), and the text on them is whichever of black and white reads better.
 * Anything that is not one of our words or `#rrggbb` is ignored, so no text of an owner enters a style sheet.
 */
export function themeStyle(theme: Theme | undefined): string {
  const accent = /^#[0-9a-f]{6}$/i.test(theme?.accent ?? '') ? (theme?.accent ?? standardAccent) : standardAccent
  const light = colours(readable(accent, raised.light))
  const dark = colours(readable(accent, raised.dark))
  const font = fonts[theme?.font ?? '']
  const corner = corners[theme?.corner ?? '']
  const shape = (font ? `--font:${font};` : '') + (corner ? `--corner:${corner};` : '')
  if (theme?.mode === 'light') return `:root{color-scheme:light;${light}${shape}}`
  if (theme?.mode === 'dark')
    return `:root{${light}${shape}}@media screen{:root{color-scheme:dark;${dark}${darkPaper}}}`
  return `:root{${light}${shape}}@media screen{:root{color-scheme:light dark}}@media screen and (prefers-color-scheme:dark){:root{${dark}${darkPaper}}}`
}

/** The colour that a phone's browser takes for its own edges. */
export function paperMeta(theme: Theme | undefined): Markup {
  if (theme?.mode === 'light') return html`<meta name="theme-color" content="${paper.light}">`
  if (theme?.mode === 'dark') return html`<meta name="theme-color" content="${paper.dark}">`
  return html`<meta name="theme-color" content="${paper.light}" media="(prefers-color-scheme:light)"><meta name="theme-color" content="${paper.dark}" media="(prefers-color-scheme:dark)">`
}

const darkPaper = `--paper:${paper.dark};--ink:oklch(0.93 0.005 275);--muted:oklch(0.74 0.012 275);--line:oklch(0.33 0.012 275);--control:oklch(0.6 0.012 275);--raised:${raised.dark};--good:oklch(0.8 0.15 152);--bad:oklch(0.78 0.13 25);`

/** `--lift` is where a button goes when it is pointed at: away from its text, so that it reads no worse. */
function colours(accent: string): string {
  const onWhite = contrast(accent, '#ffffff') >= contrast(accent, '#000000')
  return `--accent:${accent};--on-accent:${onWhite ? '#fff' : '#000'};--lift:${onWhite ? '#000' : '#fff'};`
}

/** `colour`, moved in steps of a twelfth towards the far end until it reads on `ground`. */
export function readable(colour: string, ground: string): string {
  const target = luminance(ground) > 0.5 ? 0 : 255
  const channels = channelsOf(colour)
  for (let step = 0; step <= 12; step++) {
    const mixed = channels.map((value) => Math.round(value + ((target - value) * step) / 12))
    const text = `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
    if (contrast(text, ground) >= 4.6) return text
  }
  return target === 0 ? '#000000' : '#ffffff'
}

/** WCAG's contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
