/** Of successful, quick answers one in so many leaves a line; the metrics count them all. */
export const sampleEvery = 100
/** Lines in a second: of ten thousand answers a second a hundred lines say no more than ten, and cost as much as answering. */
export const sampledPerSecondMax = 10

/** Which of many alike answers leave a line in the log. */
export class LineSample {
  #count = 0
  #second = Number.NEGATIVE_INFINITY
  #written = 0

  /** Asked once for each answer. */
  takes(nowMs: number): boolean {
    if (this.#count++ % sampleEvery !== 0) return false
    const second = Math.floor(nowMs / 1_000)
    if (second !== this.#second) {
      this.#second = second
      this.#written = 0
    }
    return this.#written++ < sampledPerSecondMax
  }
}
