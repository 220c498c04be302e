import { createHash } from 'node:crypto'
import type { Encoding } from '../http/encoding.ts'
import { type Bytes, decode, encode } from './compression.ts'
import { type Kind, rules } from './rules.ts'

/** What a renderer gives to be kept. */
export interface Rendered {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** A change of any of these makes the entry wrong. */
  readonly tags: readonly string[]
  /** Which rule it is kept by; a page when absent. */
  readonly kind?: Kind
  /** 200 when absent. */
  readonly status?: number
}

export interface Representation {
  readonly etag: string
  /**
   * Made once and cloned for each answer: measured, that costs less than a new Response of the same bytes, of a Blob or of a
   * string, with prepared Headers (and far less than with a record of them), because the body is shared and not copied.
   */
  readonly full: Response
  readonly notModified: Response
  readonly bytes: number
}

/** One page, in one coding: the best that there is so far. Others are made of it when somebody asks. */
export interface Entry {
  readonly key: string
  readonly kind: Kind
  readonly status: number
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly hash: string
  readonly freshUntilMs: number
  readonly plainBytes: number
  encoding: Encoding
  body: Bytes
  visits: number
  /** Of its visits, those that were told on to be remembered. */
  visitsTold: number
  /** Whether it lies on the disk as it is. */
  onDisk: boolean
  /** Responses that lie ready; most pages have none, and a Map of none takes 300 bytes. */
  ready: Map<Encoding, Representation> | undefined
}

/**
 * What a 304 says again (RFC 9110, 15.4.5): what caches go by, and what may be another one although the page is the same.
 * All else stands in what its reader has; saying it costs more than all other work of the answer.
 */
const toldAgain = new Set([
  'cache-control',
  'cdn-cache-control',
  'cache-tag',
  'surrogate-key',
  'cdn-tag',
  'etag',
  'vary',
  'cache-status',
  'encapsify-generation',
  'encapsify-node',
])

/** Made here and now for whoever asks; longer pages are offered as they are kept, or plain. */
const plainBytesMaxToEncode = 512 * 1_024
const atOnce: readonly Encoding[] = ['zstd', 'gzip', 'identity']
const withBrotli: readonly Encoding[] = ['br', ...atOnce]
const long: Readonly<Record<Encoding, readonly Encoding[]>> = {
  br: ['br', 'identity'],
  zstd: ['zstd', 'identity'],
  gzip: ['gzip', 'identity'],
  identity: ['identity'],
}
/** A Response with the headers of a page, beside its body: measured, 4 KB. */
const responseBytes = 4_096
/**
 * What an entry takes: its body as the allocator packs it, an object with its strings, its places in the cache and the indexes. Measured
 * on 2,000 to 40,000 pages of one size at a time, by what the process grew: 0.9 to 1.4 times this, by the size.
 */
const entryBytes = 1_600
const packing = 1.25
/** Header values are the same on most pages: one copy of each is kept. */
const values = new Map<string, string>()
const valuesMax = 10_000

export function entryOf(key: string, rendered: Rendered, nowMs: number): Entry {
  const kind = rendered.kind ?? 'page'
  const plain = new TextEncoder().encode(rendered.body)
  return {
    key,
    kind,
    status: rendered.status ?? 200,
    tags: rendered.tags,
    headers: shared(rendered.headers),
    hash: createHash('sha256').update(plain).digest('base64url').slice(0, 20),
    freshUntilMs: nowMs + rules[kind].freshMs,
    plainBytes: plain.length,
    encoding: plain.length > 0 ? 'zstd' : 'identity',
    body: plain.length > 0 ? encode(plain, 'zstd') : plain,
    visits: 0,
    visitsTold: 0,
    onDisk: false,
    ready: undefined,
  }
}

export function sizeOf(entry: Entry): number {
  return Math.ceil(entry.body.length * packing) + entry.key.length + entryBytes
}

export function readySizeOf(entry: Entry): number {
  let size = 1
  for (const { bytes } of entry.ready?.values() ?? []) size += bytes + responseBytes
  return size
}

export function offeredBy(entry: Entry): readonly Encoding[] {
  if (entry.plainBytes > plainBytesMaxToEncode) return long[entry.encoding]
  return entry.encoding === 'br' ? withBrotli : atOnce
}

/** @param answer what each answer is given besides, such as Cache-Status */
export function represent(entry: Entry, encoding: Encoding, answer: Readonly<Record<string, string>>): Representation {
  const bytes = bodyOf(entry, encoding)
  const etag = `"${entry.hash}${encoding === 'identity' ? '' : `-${encoding}`}"`
  const vary = entry.headers.vary === undefined ? 'Accept-Encoding' : `${entry.headers.vary}, Accept-Encoding`
  const headers = { ...entry.headers, ...answer, etag, vary }
  const coding = encoding === 'identity' ? {} : { 'content-encoding': encoding }
  const kept = Object.entries<string>(headers).filter(([name]) => toldAgain.has(name))
  return {
    etag,
    full: new Response(bytes, { status: entry.status, headers: { ...headers, ...coding } }),
    notModified: new Response(null, { status: 304, headers: Object.fromEntries(kept) }),
    bytes: bytes.length,
  }
}

export function plainOf(entry: Entry): Bytes {
  return decode(entry.body, entry.encoding)
}

function bodyOf(entry: Entry, encoding: Encoding): Bytes {
  if (encoding === entry.encoding) return entry.body
  if (encoding === 'br') throw new Error('Brotli is made in the background alone.')
  return encode(plainOf(entry), encoding)
}

/** @throws Error for a cookie: what everybody gets must make nobody somebody. */
export function shared(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'set-cookie') throw new Error('A page for everybody carries no cookie.')
    const known = values.get(value)
    if (known === undefined) {
      if (values.size >= valuesMax) values.clear()
      values.set(value, value)
    }
    kept[name] = known ?? value
  }
  return kept
}
