import { addressOf } from './address.ts'
import { readEncodings } from './encodings.ts'
import type { AssetRow } from './operations/assets.ts'

/** An asset as the API shows it. Times are UTC milliseconds. */
export function assetResource(row: AssetRow, origin: string) {
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
    url: origin + addressOf(row),
    /** ThumbHash, base64. */
    placeholder: row.placeholder,
    colour: row.colour,
    encodings: { quality: quality ?? null, avif: avif ?? [] },
    createdAt: row.createdMs,
    updatedAt: row.updatedMs,
  }
}
