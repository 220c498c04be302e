import { addressOf } from './address.ts'
import { readEncodings } from './encodings.ts'
import type { Guard } from './guard.ts'
import type { AssetRow } from './operations/assets.ts'
import type { Film, Films } from './video/films.ts'
import { filmAddress, filmFiles } from './video/page-film.ts'

interface Shown {
  readonly films: Pick<Films, 'of'>
  readonly guard: Pick<Guard, 'addressOf'>
}

/** On the ladder: a card of a list on a dense screen. */
const thumbnailWidth = 480

/** An asset as the API shows it. Times are UTC milliseconds. */
export function resourceOf({ films, guard }: Shown, row: AssetRow, origin: string) {
  const film = films.of(row)
  const shown = (address: string) => origin + guard.addressOf(row.id, address, film?.made.durationMs)
  const { quality, avif } = readEncodings(row.encodings)
  return {
    id: row.id,
    name: row.name,
    alt: row.alt,
    kind: row.kind,
    type: row.type,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    frames: row.frames,
    url: shown(addressOf(row)),
    /** A picture made small, for lists of files. */
    thumbnail: row.kind === 'image' ? shown(`${addressOf(row)}?w=${thumbnailWidth}`) : null,
    /** ThumbHash, base64. */
    placeholder: row.placeholder,
    colour: row.colour,
    encodings: { quality: quality ?? null, avif: avif ?? [] },
    film: film === undefined ? null : filmResource(row, film, shown),
    createdAt: row.createdMs,
    updatedAt: row.updatedMs,
  }
}

/** An asset as the API answers with it. */
export type AssetResource = ReturnType<typeof resourceOf>

/** What was made of a film or a sound: addresses of what stands. Progress is of a hundred; `fault` says why there is not more. */
function filmResource(
  row: AssetRow,
  { state, progress, fault, made, captions }: Film,
  shown: (address: string) => string,
) {
  const at = (name: string | undefined) => (name === undefined ? null : shown(filmAddress(row, name)))
  const files = filmFiles(made)
  return {
    state,
    progress,
    fault,
    durationMs: made.durationMs ?? null,
    width: made.width ?? null,
    height: made.height ?? null,
    playlist: at(files.playlist),
    rungs: made.rungs.map(({ name, size, bandwidth, averageBandwidth }) => ({
      name,
      width: size?.width ?? null,
      height: size?.height ?? null,
      bandwidth,
      averageBandwidth,
    })),
    poster: at(files.poster),
    preview: at(files.preview),
    storyboard: at(files.storyboard),
    chapters: at(files.chapters),
    captions: captions.map(({ language, label, source, name }) => ({ language, label, source, url: at(name) })),
    /** Loudness along its time: a byte for each part, base64. */
    waveform: made.waveform ?? null,
  }
}
