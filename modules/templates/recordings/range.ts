export interface Range {
  readonly start: number
  /** The last byte, not the one after it. */
  readonly end: number
}

/**
 * The one range that a request asks for (RFC 9110, 14.1.2 and 14.2). Undefined: all of it, also for several ranges, which may
 * be answered whole, and for what is no range at all.
 */
export function rangeOf(header: string | null, size: number): Range | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start > end ? 'unsatisfiable' : { start, end }
}
