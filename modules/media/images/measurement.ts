import type Sharp from 'sharp'
import type { Sharp as Image } from 'sharp'
import type { Encodings } from '../encodings.ts'
import { type Grey, likeness } from './likeness.ts'
import { inputOptions, readable } from './picture.ts'
import { inBackground } from './render.ts'

/** Quality is measured on the picture at this size: large enough for what encoders spoil, small enough to be quick. */
const measuredSide = 512
/** The measure: as good as WebP at this quality, the usual choice for photos… */
const referenceQuality = 80
/** …but no better than this, beyond which nobody sees a difference. */
const likenessMax = 0.988
/** The quality that AVIF needs hardly depends on its effort: the search may be quick. */
const searchEffort = 3
/** Where to look; below the first, artefacts show that the measure does not see. */
const searched = { avif: [35, 75], webp: [55, 80], jpeg: [60, 94] } as const

export interface Measured {
  readonly quality: NonNullable<Encodings['quality']>
  /** False: WebP is as small, and AVIF would be work for nothing. */
  readonly avifPays: boolean
}

/**
 * The lowest quality of each format at which this picture looks as good as it must. Each picture has its own: a photo of fog
 * bears what a photo of grass does not. @throws AppError invalid when the picture cannot be read.
 */
export async function measure(sharp: typeof Sharp, path: string, signal: AbortSignal): Promise<Measured> {
  return readable(async () => {
    const { data, info } = await sharp(path, inputOptions)
      .timeout({ seconds: inBackground.seconds })
      .autoOrient()
      .resize(measuredSide, measuredSide, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const picture = () => sharp(data, { raw: info })
    const original = await grey(picture())
    const trial = async (format: keyof typeof searched, quality: number): Promise<Trial> => {
      signal.throwIfAborted()
      const bytes = await encoded(picture(), format, quality)
      return { quality, bytes: bytes.byteLength, likeness: likeness(original, await grey(sharp(bytes))) }
    }
    const reference = await trial('webp', referenceQuality)
    const target = Math.min(reference.likeness, likenessMax)
    const webp = await lowest((quality) => trial('webp', quality), searched.webp, target)
    const avif = await lowest((quality) => trial('avif', quality), searched.avif, target)
    const jpeg = await lowest((quality) => trial('jpeg', quality), searched.jpeg, target)
    return {
      quality: { webp: webp.quality, avif: avif.quality, jpeg: jpeg.quality },
      avifPays: avif.bytes < webp.bytes,
    }
  })
}

interface Trial {
  readonly quality: number
  readonly bytes: number
  readonly likeness: number
}

/** By halving: likeness grows with quality, nearly enough. The highest when none suffices. */
async function lowest(
  trial: (quality: number) => Promise<Trial>,
  [least, most]: readonly [number, number],
  target: number,
): Promise<Trial> {
  let low = least
  let high = most
  let best: Trial | undefined
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const tried = await trial(middle)
    if (tried.likeness >= target) {
      high = middle
      best = tried
    } else low = middle + 1
  }
  return best?.quality === high ? best : trial(high)
}

function encoded(image: Image, format: keyof typeof searched, quality: number): Promise<Buffer> {
  if (format === 'webp') return image.webp({ quality }).toBuffer()
  if (format === 'jpeg') return image.jpeg({ quality }).toBuffer()
  return image.avif({ quality, effort: searchEffort, chromaSubsampling: '4:2:0' }).toBuffer()
}

async function grey(image: Image): Promise<Grey> {
  const { data, info } = await image.greyscale().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
