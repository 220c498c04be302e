import type { BlockContext, Film } from '../context.ts'
import { html, type Markup, trusted } from '../markup.ts'

/**
 * A film with its place kept. Browsers that play HLS take the playlist; others the original, unless our script feeds them the
 * playlist. Nothing is fetched before it plays where there is a poster to look at.
 */
export function renderFilm(film: Film, name: string, context: Pick<BlockContext, 'downloads'>): Markup {
  const { url, type, playlist, poster, size } = film
  const shape = size !== undefined && html` width="${size.width}" height="${size.height}"`
  const still = poster !== undefined && html` poster="${poster}"`
  const preload = poster === undefined ? 'metadata' : 'none'
  const ladder = playlist !== undefined && html`<source src="${playlist}" type="application/vnd.apple.mpegurl">`
  return html`<video controls${withoutDownload(context)} playsinline preload="${preload}"${shape}${still} aria-label="${name}">${ladder}<source src="${url}" type="${playable(type)}">${tracksOf(film)}</video>`
}

/** A sound under its waveform: a picture of it for the eyes alone, by which it can be wound where scripts run. */
export function renderSound(film: Film, name: string, context: Pick<BlockContext, 'downloads'>): Markup {
  const { url, waveform } = film
  const wave =
    waveform.length > 0 &&
    html`<svg class="waveform" viewBox="0 0 ${waveform.length} 64" preserveAspectRatio="none" aria-hidden="true"><path fill="currentColor" d="${barsOf(waveform)}"/></svg>`
  return html`${wave}<audio src="${url}" controls${withoutDownload(context)} preload="metadata" aria-label="${name}">${tracksOf(film)}</audio>`
}

/** The player offers no file. Whoever can see a film can still record it: this takes a temptation away, and no more. */
export function withoutDownload({ downloads }: Pick<BlockContext, 'downloads'>): Markup | false {
  return !downloads && html` controlslist="nodownload"`
}

function tracksOf({ tracks }: Film): Markup[] {
  return tracks.map(({ kind, language, label, url }) => {
    const spoken = language !== 'und' && html` srclang="${language}"`
    return html`<track kind="${kind}" src="${url}"${spoken} label="${label}">`
  })
}

/** Chromium plays a QuickTime file as the MP4 that it mostly is, but not under its own name. */
function playable(type: string): Markup {
  return trusted(type === 'video/quicktime' ? 'video/mp4' : type)
}

/** Bars about the middle of 64 units, one unit apart. */
function barsOf(waveform: readonly number[]): string {
  return waveform
    .map((one, n) => {
      const half = Math.max(1, Math.round((one * 31) / 255))
      return `M${n} ${32 - half}h.6v${2 * half}h-.6z`
    })
    .join('')
}
