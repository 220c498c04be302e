import type { Film } from './films.ts'
import { chaptersTrack, masterPlaylist, storyboardTrack } from './playlist.ts'

/** A file of a film: made by a job and kept beside the original, or text that is written from the film's row. */
export type FilmFile =
  | { readonly kind: 'kept'; readonly name: string; readonly type: string }
  /** `isFinal`: its address never shows anything else. */
  | { readonly kind: 'written'; readonly text: string; readonly type: string; readonly isFinal: boolean }

const types: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
  vtt: 'text/vtt; charset=utf-8',
}

/** What a name below a film's address means; undefined for what was never made. */
export function filmFile({ made, captions, state }: Film, name: string): FilmFile | undefined {
  const type = types[name.slice(name.lastIndexOf('.') + 1)]
  if (type === undefined) return undefined
  const written = (text: string, isFinal: boolean) => ({ kind: 'written', text, type, isFinal }) as const
  const rungs = /^film-(\d{1,2})\.m3u8$/.exec(name)?.[1]
  if (rungs !== undefined) {
    if (made.rungs.length === 0) return undefined
    // Asked for by an older address, it shows what there is by now: more never hurts.
    return written(masterPlaylist(made), state === 'ready' && Number(rungs) === made.rungs.length)
  }
  if (name === 'storyboard.vtt')
    return made.storyboard === undefined ? undefined : written(storyboardTrack(made), false)
  if (name === 'chapters.vtt') return made.chapters === undefined ? undefined : written(chaptersTrack(made), false)
  return isKept({ made, captions }, name) ? { kind: 'kept', name, type } : undefined
}

function isKept({ made, captions }: Pick<Film, 'made' | 'captions'>, name: string): boolean {
  if (name === 'poster.jpg') return made.poster === true
  if (name === 'preview.mp4') return made.preview === true
  if (name === 'storyboard.jpg') return made.storyboard !== undefined
  const rung = /^(.+)\.(m3u8|mp4)$/.exec(name)?.[1]
  if (rung !== undefined) return made.rungs.some((one) => one.name === rung)
  return captions.some((one) => one.name === name)
}
