import { deflateSync } from 'node:zlib'
import { thumbHashToRGBA } from 'thumbhash'

/** The longer side. Browsers smooth what they enlarge, so that this few pixels are a blur of the picture. */
const sideMax = 10

/** A ThumbHash as an address that CSS can show: about 400 characters. */
export function blurOf(placeholder: string): string {
  const { w, h, rgba } = thumbHashToRGBA(Buffer.from(placeholder, 'base64'))
  const scale = sideMax / Math.max(w, h)
  const [width, height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))]
  // A row begins with its filter (PNG, 9.2): none.
  const rows = Buffer.alloc(height * (1 + 3 * width))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (Math.floor(((y + 0.5) * h) / height) * w + Math.floor(((x + 0.5) * w) / width))
      rows.set(rgba.subarray(from, from + 3), y * (1 + 3 * width) + 1 + 3 * x)
    }
  }
  return `data:image/png;base64,${png(width, height, deflateSync(rows, { level: 9 })).toString('base64')}`
}

/** Eight bits a channel, three channels (PNG specification, third edition, 11.2). */
function png(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(data.length, 0)
  named.copy(whole, 4)
  whole.writeUInt32BE(Bun.hash.crc32(named), named.length + 4)
  return whole
}
