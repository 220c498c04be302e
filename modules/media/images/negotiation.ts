import type { Format } from './variant.ts'

/** What a browser says it shows beyond JPEG, PNG and GIF, which all do. */
export interface Accepted {
  readonly avif: boolean
  readonly webp: boolean
}

const headerLengthMax = 500

/** Only what is named counts: every browser sends a wildcard that means nothing (RFC 9110, 12.5.1). */
export function acceptedBy(header: string | null): Accepted {
  if (header === null || header.length > headerLengthMax) return { avif: false, webp: false }
  return { avif: names(header, 'image/avif'), webp: names(header, 'image/webp') }
}

/** The best format for this picture that the browser shows and that stands ready. */
export function chooseFormat(
  accepted: Accepted,
  source: { readonly type: string; readonly frames: number; readonly alpha: boolean },
  avifStands: boolean,
): Format {
  if (source.frames > 1) return accepted.webp ? 'webp' : 'gif'
  if (accepted.avif && avifStands) return 'avif'
  if (accepted.webp) return 'webp'
  return source.alpha ? 'png' : 'jpeg'
}

function names(header: string, type: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase())
    return name === type && !parameters.some((one) => /^q=0(\.0*)?$/.test(one))
  })
}
