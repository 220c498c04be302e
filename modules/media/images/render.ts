import type Sharp from 'sharp'
import type { Sharp as Image } from 'sharp'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { inputOf, inputOptions, readable } from './picture.ts'
import type { Focus, Source, Variant } from './variant.ts'

/** sharp's own numbers: 72 dpi is an SVG's own size, and 100,000 the most that it takes. */
const svgDensity = 72
const svgDensityMax = 100_000

export interface Effort {
  /** AVIF, 0 to 9: 2 while somebody waits takes a fifth of the time of 4. */
  readonly avif: number
  readonly seconds: number
}

export const whileWaiting: Effort = { avif: 2, seconds: limits.renderS }
export const inBackground: Effort = { avif: 4, seconds: limits.backgroundRenderS }

/**
 * Makes a variant: opened, turned upright, cut and scaled, in sRGB, encoded, without any metadata of its original unless it is asked for.
 * @throws AppError invalid for an original that cannot be read any more; too-large beyond a limit.
 */
export async function render(
  sharp: typeof Sharp,
  original: Source & { readonly path: string },
  variant: Variant,
  effort: Effort,
): Promise<Buffer> {
  const input = await inputOf(original.path, original.type)
  const animated = original.frames > 1 && (variant.format === 'webp' || variant.format === 'gif')
  const bytes = await readable(async () => {
    const image = sharp(input, {
      ...inputOptions,
      ...(animated && { pages: -1 }),
      ...(original.type === 'image/svg+xml' && { density: densityFor(original, variant) }),
    }).timeout({ seconds: effort.seconds })
    const sized = size(sharp, image.autoOrient(), original, variant, animated)
    const kept = variant.metadata === true ? sized.keepExif() : sized
    return encode(kept.toColourspace('srgb'), variant, effort).toBuffer()
  })
  if (bytes.byteLength > limits.variantBytesMax) {
    throw new AppError('too-large', 'This variant is too large. Ask for a smaller one, or for another format.')
  }
  return bytes
}

function size(sharp: typeof Sharp, image: Image, original: Source, variant: Variant, animated: boolean): Image {
  const { width, height, focus } = variant
  if (height === undefined) return image.resize({ width })
  if (typeof focus !== 'string') return cut(image, original, { width, height }, focus)
  // libvips looks for what catches the eye in single pictures alone.
  const position = focus === 'smart' ? (animated ? 'centre' : sharp.strategy.attention) : focus
  return image.resize({ width, height, fit: 'cover', position })
}

/** Scaled until it covers the box, then cut so that the point is as near to the middle as the edges allow. */
function cut(
  image: Image,
  original: Source,
  { width, height }: { width: number; height: number },
  point: Exclude<Focus, string>,
): Image {
  const scale = Math.max(width / original.width, height / original.height)
  const across = Math.max(width, Math.round(original.width * scale))
  const down = Math.max(height, Math.round(original.height * scale))
  const begin = (share: number, whole: number, part: number) =>
    Math.round(Math.min(Math.max((share / 100) * whole - part / 2, 0), whole - part))
  return image
    .resize({ width: across, height: down, fit: 'fill' })
    .extract({ left: begin(point.x, across, width), top: begin(point.y, down, height), width, height })
}

function encode(image: Image, { format, quality }: Variant, effort: Effort): Image {
  switch (format) {
    case 'avif':
      return image.avif({ quality, effort: effort.avif, chromaSubsampling: '4:2:0' })
    case 'webp':
      return image.webp({ quality })
    case 'jpeg':
      return image.flatten({ background: '#ffffff' }).jpeg({ quality, optimiseScans: false })
    case 'png':
      return image.png()
    case 'gif':
      return image.gif()
  }
}

/** Drawn at the size that is asked for, and not drawn small and then blown up. */
function densityFor(original: Source, { width, height }: Variant): number {
  const scale = Math.max(width / original.width, (height ?? 0) / original.height)
  return Math.min(Math.max(svgDensity * scale, 1), svgDensityMax)
}
