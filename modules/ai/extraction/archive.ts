import { inflateRawSync } from 'node:zlib'

const endMark = 0x06054b50
const entryMark = 0x02014b50
const localMark = 0x04034b50
const endBytes = 22
const commentBytesMax = 65_535
const entriesMax = 4_000

/** An archive is not what it says, or holds more than is unpacked here. */
export class BadArchive extends Error {
  override readonly name = 'BadArchive'
}

/**
 * Unpacks everything once, within a bound, and throws it away: what an archive says of its sizes may be a lie (a bomb), so only
 * this tells whether the library that reads it after may. APPNOTE.TXT 6.3.10, 4.3.
 * @throws BadArchive
 */
export function checkArchive(bytes: Uint8Array, unpackedBytesMax: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  const entries = view.getUint16(end + 10, true)
  if (entries > entriesMax) throw new BadArchive(`It has more than ${entriesMax} entries.`)
  let left = unpackedBytesMax
  let at = view.getUint32(end + 16, true)
  for (let n = 0; n < entries; n++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entryMark) throw new BadArchive('An entry is missing.')
    left -= unpackedBytes(bytes, view, at, left)
    if (left < 0) throw new BadArchive(`Unpacked it has more than ${unpackedBytesMax} bytes.`)
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
}

function endOf(view: DataView): number {
  const last = view.byteLength - endBytes
  for (let at = last; at >= Math.max(0, last - commentBytesMax); at--) {
    if (view.getUint32(at, true) === endMark) return at
  }
  throw new BadArchive('It has no end.')
}

function unpackedBytes(bytes: Uint8Array, view: DataView, at: number, most: number): number {
  const method = view.getUint16(at + 10, true)
  const packed = view.getUint32(at + 20, true)
  const local = view.getUint32(at + 42, true)
  if (local + 30 > bytes.length || view.getUint32(local, true) !== localMark) {
    throw new BadArchive('An entry leads nowhere.')
  }
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (from + packed > bytes.length) throw new BadArchive('An entry is cut.')
  if (method === 0) return packed
  if (method !== 8) throw new BadArchive('An entry is packed in a way that is not read here.')
  try {
    return inflateRawSync(bytes.subarray(from, from + packed), { maxOutputLength: Math.max(1, most) }).length
  } catch (error) {
    const isLarge = error instanceof RangeError || (error instanceof Error && /larger|too.large/i.test(error.message))
    throw new BadArchive(isLarge ? 'Unpacked it has more bytes than are read.' : 'An entry is broken.')
  }
}
