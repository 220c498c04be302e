import type { Clock } from '../clock.ts'
import type { Begun, MeterEnd } from './attempt.ts'

export interface RelayOptions {
  readonly clock: Clock
  /** From now. */
  readonly totalMs: number
  /** The longest silence between two chunks. */
  readonly silenceMs: number
  /** Called once, however it ends. */
  ended(end: MeterEnd & { outcome: 'whole' | 'cut' | 'left' }, bytes: Uint8Array[]): void
  /** Chunks are kept for the cache up to so many bytes; 0 keeps none. */
  readonly keepBytesMax: number
  /** The client left: said by the request too, because not every runtime cancels the stream. */
  readonly signal?: AbortSignal
}

type Streaming = Extract<Begun['answer'], { kind: 'stream' }>

const encoder = new TextEncoder()

/** The event that says that a stream was cut. OpenAI's clients throw on it; others miss the `[DONE]`. */
export function cutEvent(message: string): Uint8Array {
  const error = { message, type: 'upstream_error', param: null, code: 'stream_cut' }
  return encoder.encode(`\n\ndata: ${JSON.stringify({ error })}\n\n`)
}

/**
 * Hands a provider's bytes on, chunk by chunk, as they are. When the client leaves, the provider is let go; when the provider
 * breaks off, falls silent or takes too long, an error event ends the stream and never a clean end.
 */
export function relay(answer: Streaming, options: RelayOptions): ReadableStream<Uint8Array> {
  return new ReadableStream(new Relay(answer, options), { highWaterMark: 0 })
}

class Relay implements UnderlyingDefaultSource<Uint8Array> {
  readonly #kept: Uint8Array[] = []
  #keptBytes = 0
  #cancelWatch: () => void = () => {}
  readonly #endMs: number
  #lastMs: number
  readonly #leave = () => {
    if (this.#isOver) return
    this.answer.abort()
    // Whoever has heard the end may go: nothing was left behind.
    this.#end(this.answer.tap.isDone ? 'whole' : 'left')
  }
  #isReading = false
  #isOver = false
  #stopped: string | undefined

  constructor(
    private readonly answer: Streaming,
    private readonly options: RelayOptions,
  ) {
    this.#lastMs = options.clock.nowMs()
    this.#endMs = this.#lastMs + options.totalMs
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#watch()
    this.options.signal?.addEventListener('abort', this.#leave)
    for (const chunk of this.answer.head) this.#hand(controller, chunk)
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#isReading = true
    this.#lastMs = this.options.clock.nowMs()
    try {
      const { done, value } = await this.answer.reader.read()
      if (this.#isOver) return
      if (!done) {
        this.answer.tap.push(value)
        return this.#hand(controller, value)
      }
      this.#finish(controller, this.#stopped ?? "The provider's answer broke off.")
    } catch {
      if (!this.#isOver) this.#finish(controller, this.#stopped ?? "The provider's answer broke off.")
    }
  }

  cancel(): void {
    this.#leave()
  }

  #hand(controller: ReadableStreamDefaultController<Uint8Array>, chunk: Uint8Array): void {
    this.#isReading = false
    this.#keep(chunk)
    controller.enqueue(chunk)
  }

  #keep(chunk: Uint8Array): void {
    if (this.#keptBytes > this.options.keepBytesMax || this.options.keepBytesMax === 0) return
    this.#keptBytes += chunk.byteLength
    if (this.#keptBytes > this.options.keepBytesMax) this.#kept.length = 0
    else this.#kept.push(chunk)
  }

  /** One timer a period of silence and not one a chunk. A client that reads slowly is no silence of the provider. */
  #watch(): void {
    const { clock, silenceMs, totalMs } = this.options
    const nowMs = clock.nowMs()
    if (nowMs >= this.#endMs) return this.#stop(`The answer took longer than ${totalMs} ms.`)
    const leftMs = this.#isReading ? silenceMs - (nowMs - this.#lastMs) : silenceMs
    if (leftMs <= 0) return this.#stop(`The provider said nothing for ${silenceMs} ms.`)
    this.#cancelWatch = clock.after(Math.min(leftMs, this.#endMs - nowMs), () => this.#watch())
  }

  /** Lets the provider go: the read that waits ends, and says why. */
  #stop(why: string): void {
    this.#stopped = why
    this.answer.abort()
    this.answer.reader.cancel().catch(() => {})
  }

  #finish(controller: ReadableStreamDefaultController<Uint8Array>, why: string): void {
    if (this.answer.tap.isDone) this.#end('whole')
    else {
      controller.enqueue(cutEvent(why))
      this.answer.abort()
      this.#end('cut')
    }
    controller.close()
  }

  #end(outcome: 'whole' | 'cut' | 'left'): void {
    this.#isOver = true
    this.#cancelWatch()
    this.options.signal?.removeEventListener('abort', this.#leave)
    this.options.ended(this.answer.tap.endedAs(outcome), this.#kept)
  }
}
