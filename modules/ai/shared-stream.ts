import { limits } from './limits.ts'
import { cutEvent } from './routing/relay.ts'

interface Listener {
  /** How many chunks it has. */
  at: number
}

/**
 * One provider's stream for all who asked the same at the same time: who joins late gets what has passed first. It goes on as long
 * as somebody listens, as fast as the fastest does.
 */
export class SharedStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #chunks: (Uint8Array | undefined)[] = []
  readonly #listeners = new Set<Listener>()
  #bytes = 0
  #isOver = false
  #reading: Promise<void> | undefined

  constructor(
    source: ReadableStream<Uint8Array>,
    private readonly onEnd: () => void,
  ) {
    this.#reader = source.getReader()
  }

  /** Whether all of it is still here, and more to come. */
  get isOpen(): boolean {
    return !this.#isOver && this.#bytes <= limits.sharedStreamBytesMax
  }

  /** The whole stream for one more; leaving is said by `signal` too, because not every runtime cancels the stream. */
  join(signal: AbortSignal): ReadableStream<Uint8Array> {
    const listener: Listener = { at: 0 }
    this.#listeners.add(listener)
    const leave = () => this.#leave(listener)
    signal.addEventListener('abort', leave, { once: true })
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (listener.at >= this.#chunks.length && !this.#isOver) await this.#more()
          if (listener.at < this.#chunks.length) {
            const chunk = this.#chunks[listener.at++]
            controller.enqueue(chunk ?? cutEvent('This connection was too slow for the answer.'))
            this.#forget()
            if (chunk !== undefined) return
          }
          // It has ended, or went on without one who was too far behind.
          signal.removeEventListener('abort', leave)
          this.#leave(listener)
          controller.close()
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    )
  }

  #more(): Promise<void> {
    this.#reading ??= this.#reader.read().then(
      ({ done, value }) => {
        this.#reading = undefined
        if (done) return this.#end()
        this.#chunks.push(value)
        this.#bytes += value.byteLength
      },
      () => this.#end(),
    )
    return this.#reading
  }

  /** Beyond the limit nobody joins, and what the fastest has heard is not kept for the slower ones. */
  #forget(): void {
    if (this.isOpen || this.#bytes <= limits.sharedStreamBytesMax) return
    const first = Math.max(...[...this.#listeners].map(({ at }) => at))
    for (let n = first - 1; n >= 0 && this.#chunks[n] !== undefined; n--) this.#chunks[n] = undefined
  }

  #leave(listener: Listener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
    this.#reader.cancel().catch(() => {})
    this.#end()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.onEnd()
  }
}
