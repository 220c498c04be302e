import { addressOf } from '../address.ts'
import type { AssetRow } from '../operations/assets.ts'
import type { Film } from './films.ts'
import { type Made, nothingMade } from './made.ts'

/** A film or a sound for a page. Until something is made of it, the original alone. */
export interface PageFilm {
  /** The original. */
  readonly url: string
  readonly type: string
  /** HLS, once a rung stands. */
  readonly playlist: string | undefined
  readonly poster: string | undefined
  /** As it is shown; unknown until it was probed. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  /** Unknown until it was probed. */
  readonly durationMs: number | undefined
  readonly tracks: readonly {
    readonly kind: 'captions' | 'chapters'
    readonly language: string
    readonly label: string
    readonly url: string
  }[]
  /** Loudness along its time, 0 to 255. */
  readonly waveform: readonly number[]
}

export function pageFilm(row: AssetRow, film: Film | undefined): PageFilm | undefined {
  if (row.kind !== 'video' && row.kind !== 'audio') return undefined
  const made = film?.made
  const files = filmFiles(made ?? nothingMade)
  const at = (name: string | undefined) => (name === undefined ? undefined : filmAddress(row, name))
  const chapters = at(files.chapters)
  return {
    url: addressOf(row),
    type: row.type,
    playlist: at(files.playlist),
    poster: at(files.poster),
    size: made?.width && made.height ? { width: made.width, height: made.height } : undefined,
    durationMs: made?.durationMs,
    tracks: [
      ...(film?.captions ?? []).map(({ language, label, name }) => ({
        kind: 'captions' as const,
        language,
        label,
        url: filmAddress(row, name),
      })),
      ...(chapters === undefined
        ? []
        : [{ kind: 'chapters' as const, language: 'und', label: 'Chapters', url: chapters }]),
    ],
    waveform: made?.waveform === undefined ? [] : [...Buffer.from(made.waveform, 'base64')],
  }
}

/** Where a file that was made of these bytes is. */
export function filmAddress(row: Pick<AssetRow, 'id' | 'hash' | 'encodings'>, name: string): string {
  return `${addressOf(row)}/${name}`
}

/** The names of what stands. The playlist names what there was when it was written, so its address changes with every rung. */
export function filmFiles({ rungs, poster, preview, storyboard, chapters = [] }: Made) {
  const pictures = rungs.filter(({ size }) => size !== undefined)
  return {
    playlist: pictures.length === 0 ? undefined : `film-${rungs.length}.m3u8`,
    poster: poster === true ? 'poster.jpg' : undefined,
    preview: preview === true ? 'preview.mp4' : undefined,
    storyboard: storyboard === undefined ? undefined : 'storyboard.vtt',
    chapters: chapters.length === 0 ? undefined : 'chapters.vtt',
  }
}
