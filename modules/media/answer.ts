import type { ByteRange } from './blobs/store.ts'

/** Something that can be sent whole or in part. */
export interface Sendable {
  readonly bytes: number
  /** Strong, with its quotation marks. */
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  body(range: ByteRange | undefined): BodyInit | Promise<BodyInit>
}

/**
 * Answers GET and HEAD with validators and ranges (RFC 9110, 13 and 14): 200, 206, 304 or 416. Several ranges in one request are
 * answered whole, as a server may.
 */
export function answer(request: Request, thing: Sendable): Response | Promise<Response> {
  const headers: Record<string, string> = { ...thing.headers, etag: thing.etag, 'accept-ranges': 'bytes' }
  if (matches(request.headers.get('if-none-match'), thing.etag)) return new Response(null, { status: 304, headers })
  const range = wantedRange(request, thing)
  if (range === 'none') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${thing.bytes}` } })
  }
  const length = range === undefined ? thing.bytes : range.end - range.start
  headers['content-length'] = String(length)
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${thing.bytes}`
  const init = { status: range === undefined ? 200 : 206, headers }
  if (request.method === 'HEAD') return new Response(null, init)
  const body = thing.body(range)
  return body instanceof Promise ? body.then((ready) => new Response(ready, init)) : new Response(body, init)
}

function wantedRange(request: Request, { bytes, etag }: Sendable): ByteRange | 'none' | undefined {
  const header = request.headers.get('range')
  if (header === null || request.method !== 'GET') return undefined
  const condition = request.headers.get('if-range')
  if (condition !== null && condition !== etag) return undefined
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const count = Math.min(Number(last), bytes)
    return count === 0 ? 'none' : { start: bytes - count, end: bytes }
  }
  const start = Number(first)
  const end = last === '' ? bytes : Math.min(Number(last) + 1, bytes)
  if (last !== '' && Number(last) < start) return undefined
  return start >= bytes ? 'none' : { start, end }
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '')
    return tag === etag || tag === '*'
  })
}
