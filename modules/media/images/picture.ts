import { readFile } from 'node:fs/promises'
import type Sharp from 'sharp'
import type { Metadata } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import type { Workroom } from './workroom.ts'

/** What is known of a picture once it was decoded: its sides are those that are shown, orientation applied. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly alpha: boolean
  /** ThumbHash, base64. */
  readonly placeholder: string
  /** `#rrggbb`, the colour that covers most of it. */
  readonly colour: string
}

/** What libvips calls the formats, by our types. */
const formats: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
  'image/svg+xml': 'svg',
}
/** ThumbHash takes at most 100 × 100. */
const thumbSide = 100
/** Below this an alpha value shows what is behind. */
const opaqueFrom = 250

/** How images are opened: what is damaged is an error, and sizes are checked before memory is taken. */
export const inputOptions = { failOn: 'error', limitInputPixels: limits.pixelsMax } as const

/** An SVG is read as text without an address, so that nothing it names can be reached; everything else by its path. */
export async function inputOf(path: string, type: string): Promise<string | Buffer> {
  return type === 'image/svg+xml' ? readFile(path) : path
}

/**
 * Looks at a picture and decodes it once. @throws AppError invalid for one that cannot be read; too-large for one beyond the
 * limits; unavailable when too many are being worked on.
 */
export async function lookAt(
  sharp: typeof Sharp,
  workroom: Workroom,
  file: { readonly path: string; readonly bytes: number; readonly type: string },
): Promise<Picture> {
  const bytesMax = file.type === 'image/svg+xml' ? limits.svgBytesMax : limits.imageBytesMax
  if (file.bytes > bytesMax)
    throw beyond(`A picture of this type may have at most ${Math.floor(bytesMax / 1_048_576)} MiB.`)
  const input = await inputOf(file.path, file.type)
  const metadata = await readable(() => sharp(input, inputOptions).metadata())
  if (metadata.format !== formats[file.type]) throw unreadable()
  const { width, height, frames } = checkSize(metadata)
  return workroom.run(decodedBytes(file.type, width, height, frames), () =>
    readable(async () => {
      const { data, info } = await sharp(input, inputOptions)
        .timeout({ seconds: limits.renderS })
        .autoOrient()
        .resize(thumbSide, thumbSide, { fit: 'inside', withoutEnlargement: file.type !== 'image/svg+xml' })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      const { dominant } = await sharp(data, { raw: info }).stats()
      return {
        width,
        height,
        frames,
        alpha: isTransparent(data),
        placeholder: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
        colour: `#${[dominant.r, dominant.g, dominant.b].map((part) => part.toString(16).padStart(2, '0')).join('')}`,
      }
    }),
  )
}

/** The sides as shown, and the frames. @throws AppError too-large. */
function checkSize(metadata: Metadata): { width: number; height: number; frames: number } {
  const { width: across, pageHeight, height: down, pages: frames = 1, orientation = 1 } = metadata
  const [width, height] = orientation >= 5 ? [pageHeight ?? down, across] : [across, pageHeight ?? down]
  if (Math.max(width, height) > limits.sideMax) {
    throw beyond(`A picture may have at most ${limits.sideMax} pixels a side; this one has ${width} × ${height}.`)
  }
  if (frames > limits.framesMax) {
    throw beyond(`An animation may have at most ${limits.framesMax} frames; this one has ${frames}.`)
  }
  if (width * height * frames > limits.pixelsMax) {
    throw beyond(`A picture may have at most ${limits.pixelsMax / 1e6} megapixels, all frames together.`)
  }
  return { width, height, frames }
}

/**
 * An estimate of the memory that decoding takes: JPEGs are read line by line but progressive ones keep their coefficients, PNGs
 * likewise unless interlaced, everything else is whole in memory. On the safe side.
 */
export function decodedBytes(type: string, width: number, height: number, frames: number): number {
  const perPixel = type === 'image/jpeg' ? 2 : type === 'image/png' ? 4 : 6
  return Math.max(8 * 1_048_576, width * height * frames * perPixel)
}

/** libvips' words about a file are for nobody: they say that it could not be read. */
export async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    const message = error instanceof Error ? error.message : ''
    if (/pixel limit|too large|exceeds/i.test(message)) {
      throw beyond(
        `A picture may have at most ${limits.pixelsMax / 1e6} megapixels and ${limits.sideMax} pixels a side.`,
      )
    }
    if (/timeout/i.test(message)) throw beyond(`The picture takes longer than ${limits.renderS} seconds to draw.`)
    throw unreadable(error)
  }
}

function isTransparent(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if ((rgba[at] ?? 255) < opaqueFrom) return true
  return false
}

function unreadable(cause?: unknown): AppError {
  return new AppError('invalid', 'This picture cannot be read: it is damaged, cut off, or not what it says it is.', {
    faults: [{ pointer: '/file', message: 'is no readable picture' }],
    cause,
  })
}

function beyond(message: string): AppError {
  return new AppError('too-large', message, { faults: [{ pointer: '/file', message: 'is too large' }] })
}
