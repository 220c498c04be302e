import {
  brotliCompress,
  brotliDecompressSync,
  constants,
  gunzipSync,
  gzipSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib'
import type { Encoding } from '../http/encoding.ts'

export type Bytes = Uint8Array<ArrayBuffer>

/** A page is read far more often than written: 60 KB take about 100 ms at the best quality, in a thread of their own. */
const quality = 11
/** Longer pages take seconds at the best quality, for a few hundredths less. */
const longBytes = 256 * 1_024
const longQuality = 9
/** Pages that wait for their turn; past it the newest goes without brotli, and is served by zstd or gzip. */
const waitingMax = 1_000

/** Here and now: a page of 60 KB takes a fraction of a millisecond. Brotli is for the background. */
export function encode(body: Bytes, encoding: Exclude<Encoding, 'br'>): Bytes {
  if (encoding === 'identity') return body
  return new Uint8Array(encoding === 'gzip' ? gzipSync(body) : zstdCompressSync(body))
}

export function decode(body: Bytes, encoding: Encoding): Bytes {
  if (encoding === 'identity') return body
  if (encoding === 'br') return new Uint8Array(brotliDecompressSync(body))
  return new Uint8Array(encoding === 'gzip' ? gunzipSync(body) : zstdDecompressSync(body))
}

/** After a page the next one waits as long as it took, at most so long. */
const pauseMsMax = 250

/**
 * Brotli in the background, one page at a time and half of the time: when many pages are new at once, their compression takes
 * half a core, and requests have the rest.
 */
export class Compression {
  readonly #waiting: (() => void)[] = []
  #busy = false

  /** `done` hears the result unless compression failed, the queue was full, or `isWanted` has become false meanwhile. */
  brotli(body: () => Bytes, isWanted: () => boolean, done: (bytes: Bytes) => void): void {
    if (this.#waiting.length >= waitingMax) return
    this.#waiting.push(() => {
      if (!isWanted()) return this.#next()
      const plain = body()
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: plain.length > longBytes ? longQuality : quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      }
      const startedMs = performance.now()
      brotliCompress(plain, { params }, (error, bytes) => {
        if (error === null && isWanted()) done(new Uint8Array(bytes))
        setTimeout(() => this.#next(), Math.min(performance.now() - startedMs, pauseMsMax)).unref()
      })
    })
    if (!this.#busy) this.#next()
  }

  #next(): void {
    const work = this.#waiting.shift()
    this.#busy = work !== undefined
    work?.()
  }
}
