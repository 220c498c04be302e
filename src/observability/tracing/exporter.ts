/** What may wait to be sent; more is dropped and counted. */
export const queueMax = 4_096
/** In one request. */
export const batchMax = 512
const everyMs = 1_000
const timeoutMs = 5_000
/** A collector that does not answer is asked less and less often. */
const pauseFirstMs = 1_000
const pauseMsMax = 60_000

export interface ExporterOptions<T> {
  /** The whole address, `/v1/traces` included. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly encode: (batch: readonly T[]) => string
  readonly timeoutMs?: number
  readonly everyMs?: number
  readonly random?: () => number
}

/**
 * Sends telemetry in batches and never gets in the way: the queue is bounded, one request is under way at a time with a
 * deadline, and what a dead or slow collector does not take is dropped and counted.
 */
export class Exporter<T> {
  #queue: T[] = []
  #sending: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #open = true
  readonly counts = { sent: 0, dropped: 0, failures: 0 }

  constructor(private readonly options: ExporterOptions<T>) {}

  get waiting(): number {
    return this.#queue.length
  }

  add(items: readonly T[]): void {
    if (!this.#open) return
    for (const item of items) {
      if (this.#queue.length >= queueMax) this.counts.dropped++
      else this.#queue.push(item)
    }
    if (this.#queue.length > 0 && this.#timer === undefined && this.#sending === undefined) {
      this.#wait(this.options.everyMs ?? everyMs)
    }
  }

  /** Sends what waits, once, within the deadline of one request. */
  async close(): Promise<void> {
    this.#open = false
    clearTimeout(this.#timer)
    await this.#sending
    while (this.#queue.length > 0 && (await this.#send())) {}
    this.counts.dropped += this.#queue.length
    this.#queue = []
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#sending = this.#round().then((taken) => {
        this.#sending = undefined
        if (this.#open && this.#queue.length > 0)
          this.#wait(taken ? (this.options.everyMs ?? everyMs) : this.#pauseMs())
      })
    }, ms)
    this.#timer.unref()
  }

  /** Batch after batch while whole ones wait, up to a queue full of them: the rest goes with what comes in the next second. */
  async #round(): Promise<boolean> {
    for (let left = queueMax / batchMax; left > 0; left--) {
      if (!(await this.#send())) return false
      if (this.#queue.length < batchMax || !this.#open) break
    }
    return true
  }

  /** Whether the collector took it. What it refuses for good is dropped; what it could not take now waits, as far as there is room. */
  async #send(): Promise<boolean> {
    const batch = this.#queue.splice(0, batchMax)
    try {
      const answer = await fetch(this.options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.options.headers },
        body: this.options.encode(batch),
        signal: AbortSignal.timeout(this.options.timeoutMs ?? timeoutMs),
        redirect: 'error',
      })
      await answer.body?.cancel()
      if (answer.ok) {
        this.#failures = 0
        this.counts.sent += batch.length
        return true
      }
      if (![429, 502, 503, 504].includes(answer.status)) {
        this.counts.failures++
        this.counts.dropped += batch.length
        return true
      }
    } catch {
      // The network or the deadline: the same as 503.
    }
    this.counts.failures++
    this.#failures++
    const room = Math.max(0, queueMax - this.#queue.length)
    this.counts.dropped += Math.max(0, batch.length - room)
    this.#queue.unshift(...batch.slice(Math.max(0, batch.length - room)))
    return false
  }

  #pauseMs(): number {
    const step = Math.min(pauseFirstMs * 2 ** (this.#failures - 1), pauseMsMax)
    return step / 2 + ((this.options.random ?? Math.random)() * step) / 2
  }
}
