/** Where a piece of work belongs: its trace, itself as the parent of what it causes, and whether it is recorded. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const headerLengthMax = 256
const drawnDigits = 13
const drawnMax = 2 ** 52

/**
 * Reads a `traceparent` (W3C Trace Context, section 3.2): undefined for one that is not well-formed, all zeros or of the
 * version that means none. A later version may have more fields; its first four mean the same.
 */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
  if (header === null || header === undefined || header.length > headerLengthMax) return undefined
  const [, version, traceId = '', spanId = '', flags = '', more] = form.exec(header) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}

/** An id that whoever records this share of traces takes (`isTaken`): nodes with one ratio decide alike, wherever a trace began. */
export function newTraceId(ratio = 1): string {
  const id = hex(16)
  return isTaken(id, ratio) ? id : id.slice(0, -drawnDigits) + drawn(Math.random() * ratio)
}

/** The last 52 bits decide: random by W3C Trace Context, level 2. */
export function isTaken(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-drawnDigits), 16) / drawnMax < ratio
}

function drawn(share: number): string {
  return Math.floor(share * drawnMax)
    .toString(16)
    .padStart(drawnDigits, '0')
}

export function newSpanId(): string {
  return hex(8)
}

function hex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes))
  // All zeros would mean none.
  random[bytes - 1] = (random[bytes - 1] ?? 0) || 1
  return random.toHex()
}
