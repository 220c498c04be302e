import { brotliCompress, constants } from 'node:zlib'

/** A page is read far more often than written: 60 KB take about 100 ms at the best quality, in a thread of their own. */
const quality = 11
/** Longer pages take seconds at the best quality, for a few hundredths less. */
const longBytes = 256 * 1_024
const longQuality = 9
/** Pages that wait for their turn; past it the newest goes without brotli, and is served by zstd or gzip. */
const waitingMax = 1_000

/**
 * Brotli in the background, one page at a time: when a change makes many pages new at once, their compression takes one
 * core and not all of them.
 */
export class Compression {
  readonly #waiting: (() => void)[] = []
  #busy = false

  /** `done` hears the result unless compression failed, the queue was full, or `isWanted` has become false meanwhile. */
  brotli(body: Uint8Array<ArrayBuffer>, isWanted: () => boolean, done: (bytes: Uint8Array<ArrayBuffer>) => void): void {
    if (this.#waiting.length >= waitingMax) return
    this.#waiting.push(() => {
      if (!isWanted()) return this.#next()
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: body.length > longBytes ? longQuality : quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      }
      brotliCompress(body, { params }, (error, bytes) => {
        if (error === null && isWanted()) done(new Uint8Array(bytes))
        this.#next()
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
