import { AppError } from '../../../src/errors.ts'
import { type Encodings, qualityOf } from '../encodings.ts'
import { type Accepted, chooseFormat } from './negotiation.ts'
import { type Format, type Source, settle, type Variant, type VariantRequest } from './variant.ts'

/** A row of a picture, as far as it matters here. */
export interface PictureRow {
  readonly type: string
  readonly width: number | null
  readonly height: number | null
  readonly frames: number | null
  readonly alpha: boolean | null
}

export interface Choice {
  readonly source: Source
  readonly variant: Variant
  /** A job has made it, and it stands beside the original. */
  readonly stands: boolean
}

/** The variant that answers a request for this picture, from this browser. @throws AppError as `settle` does. */
export function chooseVariant(
  row: PictureRow,
  encodings: Encodings,
  asked: VariantRequest,
  accepted: Accepted,
  exact: boolean,
): Choice {
  const { type, width, height } = row
  if (width === null || height === null) throw new AppError('not-found', 'This picture was never looked at.')
  const source: Source = { type, width, height, frames: row.frames ?? 1 }
  const quality = (format: Format) => qualityOf(encodings, format)
  const variantIn = (format: Format) => settle(asked, source, { format, quality, exact })
  const stands = (variant: Variant) =>
    variant.format === 'avif' &&
    variant.height === undefined &&
    variant.metadata === undefined &&
    variant.quality === quality('avif') &&
    (encodings.avif?.includes(variant.width) ?? false)
  const avif = variantIn('avif')
  const format = asked.format ?? chooseFormat(accepted, { ...source, alpha: row.alpha ?? false }, stands(avif))
  if (format === 'gif' && source.frames === 1) {
    throw new AppError('invalid', 'Only an animation is made as GIF.', {
      faults: [{ pointer: '?format', message: 'is for animations' }],
    })
  }
  const variant = format === 'avif' ? avif : variantIn(format)
  return { source, variant, stands: stands(variant) }
}
