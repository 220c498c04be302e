import { limits } from './limits.ts'

const dataUrl = /^data:(image\/(?:png|jpeg|jpg|gif|webp));base64,/
/** Base 64 characters that hold a header with the picture's size; a JPEG's may stand behind its metadata. */
const headerLengthMax = 262_144

/** What is wrong with a picture in a message; undefined when nothing is. Addresses are the provider's to open, never ours. */
export function pictureFault(url: string): string | undefined {
  if (/^https?:\/\//.test(url)) return undefined
  const type = dataUrl.exec(url)
  if (type === null) return 'must be an https address or a data URL of image/png, jpeg, gif or webp in base64'
  const start = type[0].length
  const header = Buffer.from(url.slice(start, start + headerLengthMax), 'base64')
  const size = sizeOf(header)
  if (size === undefined) return 'is not a picture of the type that it claims'
  if (size.width * size.height > limits.picturePixelsMax) {
    return `has ${size.width} × ${size.height} pixels; at most ${limits.picturePixelsMax} are taken`
  }
  return undefined
}

interface Size {
  readonly width: number
  readonly height: number
}

function sizeOf(bytes: Buffer): Size | undefined {
  if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  }
  if (bytes.length >= 10 && bytes.toString('latin1', 0, 4) === 'GIF8') {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  }
  if (bytes.length >= 30 && bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes)
  if (bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8) return jpegSize(bytes)
  return undefined
}

/** RFC 9649: the three kinds of a first chunk. */
function webpSize(bytes: Buffer): Size | undefined {
  const kind = bytes.toString('latin1', 12, 16)
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (kind !== 'VP8L') return undefined
  const bits = bytes.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** ITU T.81: segments until a frame header, whichever its coding. */
function jpegSize(bytes: Buffer): Size | undefined {
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (frame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    if (marker === 0xff) at += 1
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
  return undefined
}
