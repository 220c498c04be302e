import { AppError, type Fault } from '../../../src/errors.ts'
import { limits } from '../limits.ts'

/** The widths that are made: anything asked for is answered with the next one up, so that no one can ask for thousands. */
export const ladder = [32, 64, 96, 128, 192, 256, 320, 480, 640, 800, 960, 1_280, 1_600, 1_920, 2_560, 3_840] as const
/** Width ÷ height of crops, likewise: the nearest is taken. */
const ratios = [1 / 4, 1 / 3, 9 / 21, 1 / 2, 9 / 16, 5 / 8, 2 / 3, 3 / 4, 4 / 5, 1, 5 / 4, 4 / 3, 3 / 2, 8 / 5, 16 / 9]
  // Social cards are 1.91; beyond are banners.
  .concat([1.91, 2, 21 / 9, 3, 4, 5, 6])
const qualities = [30, 40, 50, 60, 70, 80, 90] as const
/** A crop differs from what was asked for by at most this; beyond it only a signed address is answered. */
const ratioErrorMax = 0.13
/** Without a width a picture is made no wider than this. */
const widthDefault = 1_920
const widthMax = 3_840

export const formats = ['avif', 'webp', 'jpeg', 'png', 'gif'] as const
export type Format = (typeof formats)[number]
const focuses = ['smart', 'centre', 'top', 'bottom', 'left', 'right'] as const
/** A side of the picture, what catches the eye, or a point in hundredths of width and height. */
export type Focus = (typeof focuses)[number] | { readonly x: number; readonly y: number }

/** What is asked for, read and checked; sides in CSS pixels, `dpr` not applied yet. */
export interface VariantRequest {
  readonly width: number | undefined
  readonly height: number | undefined
  /** inside: all of it, within the box; cover: the box filled, the rest cut off. */
  readonly fit: 'inside' | 'cover' | undefined
  readonly focus: Focus
  readonly quality: number | undefined
  readonly format: Format | undefined
  readonly dpr: number
  /** `metadata=keep`: what cameras wrote stays in, for signed addresses alone: it says where a picture was taken. */
  readonly metadata: boolean
}

/** What is made: whole pixels, nothing left open. */
export interface Variant {
  readonly width: number
  /** Absent: as the picture's own ratio has it. */
  readonly height: number | undefined
  readonly focus: Focus
  readonly quality: number
  readonly format: Format
  readonly metadata?: true
}

export interface Source {
  readonly type: string
  readonly width: number
  readonly height: number
  readonly frames: number
}

/** @throws AppError invalid with a fault for each parameter that cannot be read. */
export function parseRequest(query: URLSearchParams): VariantRequest {
  const faults: Fault[] = []
  const number = (name: string, least: number, most: number, whole = true) => {
    const text = query.get(name)
    if (text === null) return undefined
    const value = Number(text)
    if (/^\d{1,5}(\.\d{1,3})?$/.test(text) && value >= least && value <= most && (!whole || Number.isInteger(value))) {
      return value
    }
    faults.push({ pointer: `?${name}`, message: `must be a number from ${least} to ${most}` })
    return undefined
  }
  const choice = <T>(name: string, choices: Readonly<Record<string, T>>): T | undefined => {
    const text = query.get(name)
    if (text === null) return undefined
    if (Object.hasOwn(choices, text)) return choices[text]
    faults.push({ pointer: `?${name}`, message: `must be one of ${Object.keys(choices).join(', ')}` })
    return undefined
  }
  const request: VariantRequest = {
    width: number('w', 1, limits.sideMax),
    height: number('h', 1, limits.sideMax),
    fit: choice('fit', { inside: 'inside', contain: 'inside', cover: 'cover' } as const),
    focus: point(query.get('focus')) ?? choice('focus', focusChoices) ?? 'smart',
    quality: number('q', 1, 100),
    format: choice('format', formatChoices) ?? undefined,
    dpr: number('dpr', 1, 4, false) ?? 1,
    metadata: choice('metadata', { keep: true, strip: false } as const) ?? false,
  }
  if (faults.length === 0) return request
  const first = faults[0]
  throw new AppError('invalid', `The address of the picture is not valid. ${first?.pointer} ${first?.message}.`, {
    faults,
  })
}

const names = new Set(['w', 'h', 'fit', 'focus', 'q', 'format', 'dpr', 'metadata', 'exp', 'sig'])

/**
 * Whether a question is spelled as pages spell it: what it does not need, and numbers written otherwise, would make any number of
 * addresses of one picture, and each would take memory of its own.
 */
export function isPlainRequest(query: URLSearchParams): boolean {
  const given = [...query.keys()]
  if (new Set(given).size !== given.length || !given.every((name) => names.has(name))) return false
  const focus = query.get('focus')?.split(',') ?? []
  const numbers = ['w', 'h', 'q', 'dpr'].flatMap((name) => query.get(name) ?? [])
  if (focus.length > 1) numbers.push(...focus)
  return numbers.every((text) => /^(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text))
}

const focusChoices = { ...Object.fromEntries(focuses.map((one) => [one, one])), center: 'centre' } as Record<
  string,
  (typeof focuses)[number]
>
const formatChoices = {
  ...Object.fromEntries(formats.map((one) => [one, one])),
  jpg: 'jpeg',
  auto: undefined,
} as Record<string, Format | undefined>

/**
 * The variant that answers a request: never larger than its source, on the ladder unless `exact` (a signed address).
 * @throws AppError forbidden for a crop that is on no ladder.
 */
export function settle(
  request: VariantRequest,
  source: Source,
  choose: { format: Format; quality: (format: Format) => number; exact: boolean },
): Variant {
  const { format } = choose
  const quality =
    request.quality === undefined ? choose.quality(format) : snap(request.quality, qualities, choose.exact)
  if (request.metadata && !choose.exact) {
    throw new AppError(
      'forbidden',
      'Metadata is kept by signed addresses alone: it may say where the picture was taken.',
      {
        faults: [{ pointer: '?metadata', message: 'takes a signed address' }],
      },
    )
  }
  const focus = coarse(request.focus, choose.exact)
  const rest = { focus, quality, format, ...(request.metadata && { metadata: true as const }) }
  const own = source.width / source.height
  const { width, height, dpr } = request
  const fit = request.fit ?? (width !== undefined && height !== undefined ? 'cover' : 'inside')
  if (fit === 'cover' && width !== undefined && height !== undefined) {
    const ratio = choose.exact ? width / height : nearestRatio(width / height)
    if (Math.abs(Math.log(ratio / own)) > 0.01) {
      const most = source.type === 'image/svg+xml' ? widthMax : Math.min(source.width, source.height * ratio)
      const across = sized(width * dpr, most, choose.exact)
      return { ...rest, width: across, height: Math.max(1, Math.round(across / ratio)) }
    }
  }
  const box = Math.min(width ?? Number.POSITIVE_INFINITY, (height ?? Number.POSITIVE_INFINITY) * own)
  const wanted = Number.isFinite(box) ? box * dpr : Math.min(widthDefault, source.width)
  const most = source.type === 'image/svg+xml' ? widthMax : source.width
  return { ...rest, width: sized(wanted, most, choose.exact), height: undefined }
}

/** Names a variant among those of its original: what is the same has one name. Also the name of a derived blob. */
export function nameOf({ width, height, focus, quality, format, metadata }: Variant): string {
  const where = typeof focus === 'string' ? focus : `at${focus.x}-${focus.y}`
  const crop = height === undefined ? '' : `h${height}-${where}-`
  return `w${width}-${crop}q${quality}${metadata === true ? '-meta' : ''}.${format}`
}

function sized(wanted: number, most: number, exact: boolean): number {
  const bound = Math.max(1, Math.min(Math.floor(most), widthMax))
  return Math.min(exact ? Math.max(1, Math.round(wanted)) : snap(Math.ceil(wanted), ladder, false), bound)
}

/** The next step up; the last for what is beyond it. */
function snap(value: number, steps: readonly number[], exact: boolean): number {
  return exact ? value : (steps.find((step) => step >= value) ?? steps.at(-1) ?? value)
}

function nearestRatio(ratio: number): number {
  const off = (one: number) => Math.abs(Math.log(one / ratio))
  const nearest = ratios.reduce((best, one) => (off(one) < off(best) ? one : best), 1)
  if (off(nearest) <= ratioErrorMax) return nearest
  throw new AppError('forbidden', 'A crop of this shape takes a signed address.', {
    faults: [{ pointer: '?h', message: 'makes a shape that is not on the ladder' }],
  })
}

/** Points on a grid of tenths unless the address is signed. */
function coarse(focus: Focus, exact: boolean): Focus {
  if (exact || typeof focus === 'string') return focus
  return { x: Math.round(focus.x / 10) * 10, y: Math.round(focus.y / 10) * 10 }
}

function point(text: string | null): Focus | undefined {
  const match = /^(\d{1,3}),(\d{1,3})$/.exec(text ?? '')
  const [x, y] = [Number(match?.[1]), Number(match?.[2])]
  return x <= 100 && y <= 100 ? { x, y } : undefined
}
