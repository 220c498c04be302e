const everyMs = 10
/** Half a minute of samples. */
const samplesMax = 3_000

/** How late timers fire: what a request waits for because something else holds the event loop. */
export class EventLoopDelay {
  readonly #samples = new Float64Array(samplesMax)
  #count = 0
  #expectedMs = performance.now() + everyMs
  readonly #timer: ReturnType<typeof setInterval>

  constructor() {
    this.#timer = setInterval(() => {
      const nowMs = performance.now()
      this.#samples[this.#count++ % samplesMax] = Math.max(0, nowMs - this.#expectedMs) / 1_000
      this.#expectedMs = nowMs + everyMs
    }, everyMs)
    this.#timer.unref()
  }

  /** Seconds. */
  percentile(share: number): number {
    const samples = this.#samples.slice(0, Math.min(this.#count, samplesMax)).sort()
    return samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? 0
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
