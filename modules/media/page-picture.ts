import { addressOf } from './address.ts'
import type { Encodings } from './encodings.ts'
import { blurOf } from './images/blur.ts'
import type { Format } from './images/variant.ts'
import type { AssetRow } from './operations/assets.ts'

/** Widths that pages offer a browser to choose from: each about 1.5 times the one before. */
const pageWidths = [320, 640, 960, 1_280, 1_920, 2_560] as const
/** What a browser takes that knows no srcset. */
const plainWidth = 960

/** A picture for `<picture>`: sources from the best format to the one that every browser shows. */
export interface PagePicture {
  /** For `src`: a format that every browser shows. */
  readonly url: string
  readonly srcset: string
  readonly width: number
  readonly height: number
  readonly alt: string
  /** ThumbHash, base64. */
  readonly placeholder: string
  /** `#rrggbb`. */
  readonly colour: string
  /** A few pixels of it as a PNG in a `data:` address, to stand in its place; absent where something shows through. */
  readonly blur: string | undefined
  readonly sources: readonly { readonly type: string; readonly srcset: string }[]
}

/** Formats are named in each address, so that all of them are immutable; AVIF stands here once it is made. */
export function pagePicture(row: AssetRow, encodings: Encodings): PagePicture | undefined {
  const { width, height, placeholder, colour } = row
  if (row.kind !== 'image' || width === null || height === null || placeholder === null || colour === null) {
    return undefined
  }
  const address = addressOf(row)
  const at = (one: number, format: Format) => `${address}?w=${one}&format=${format}`
  const set = (format: Format, widths: readonly number[]) =>
    widths.map((one) => `${at(one, format)} ${one}w`).join(', ')
  const widths = widthsFor(row.type === 'image/svg+xml' ? Number.POSITIVE_INFINITY : width)
  const plain: Format = (row.frames ?? 1) > 1 ? 'gif' : row.alpha ? 'png' : 'jpeg'
  const standing = encodings.avif ?? []
  return {
    url: at(Math.min(plainWidth, widths.at(-1) ?? plainWidth), plain),
    srcset: set(plain, widths),
    width,
    height,
    alt: row.alt,
    placeholder,
    colour,
    blur: row.alpha === true ? undefined : blurOf(placeholder),
    sources: [
      ...(standing.length > 0 ? [{ type: 'image/avif', srcset: set('avif', standing) }] : []),
      { type: 'image/webp', srcset: set('webp', widths) },
    ],
  }
}

/** Those below the picture's own width, and its own where it is not beyond them all. */
export function widthsFor(width: number): readonly number[] {
  const below = pageWidths.filter((one) => one < width)
  return below.length < pageWidths.length ? [...below, width] : below
}
