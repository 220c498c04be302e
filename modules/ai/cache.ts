import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'
import { limits } from './limits.ts'

export interface CachedAnswer {
  readonly bytes: Uint8Array
  readonly streaming: boolean
  readonly untilMs: number
}

interface Flight<T> {
  readonly answer: Promise<T>
  readonly abort: AbortController
  waiting: number
}

/** Answers to exactly the same request of the same organization, for keys that want it, in this node's memory. */
export class AnswerCache {
  readonly #answers = new LRUCache<string, CachedAnswer>({
    maxSize: limits.cacheBytesMax,
    maxEntrySize: limits.cacheEntryBytesMax + 1_024,
    sizeCalculation: ({ bytes }) => bytes.byteLength + 1_024,
  })

  constructor(private readonly clock: Clock) {}

  /** The organization is part of the key: nobody is answered with what another one asked. */
  keyOf(organizationId: string, endpoint: string, text: string): string {
    return new Bun.CryptoHasher('sha256').update(`${organizationId}\n${endpoint}\n${text}`).digest('base64url')
  }

  get(key: string): CachedAnswer | undefined {
    const found = this.#answers.get(key)
    if (found === undefined || found.untilMs > this.clock.nowMs()) return found
    this.#answers.delete(key)
    return undefined
  }

  put(key: string, bytes: Uint8Array, streaming: boolean, ttlMs: number): void {
    if (bytes.byteLength > limits.cacheEntryBytesMax) return
    this.#answers.set(key, { bytes, streaming, untilMs: this.clock.nowMs() + ttlMs })
  }
}

/** Equal calls at the same time are one call. It goes on as long as one of them waits for it. */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  async share(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key) ?? this.#begin(key, start)
    flight.waiting++
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(signal.reason)
    signal.addEventListener('abort', leave)
    try {
      return await Promise.race([flight.answer, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
      flight.waiting--
      if (flight.waiting === 0) flight.abort.abort()
    }
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController()
    const flight = { answer: start(abort.signal), abort, waiting: 0 }
    this.#flights.set(key, flight)
    // A flight that everybody left is not joined by who comes later.
    abort.signal.addEventListener('abort', () => this.#end(key, flight))
    flight.answer.then(
      () => this.#end(key, flight),
      () => this.#end(key, flight),
    )
    return flight
  }

  #end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
