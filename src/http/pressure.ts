/** How long one turn of the event loop may go on beginning work for the router. */
export const turnMsMax = 25
/** Requests that a turn begins whatever they take: a single slow one is no crowd. */
export const turnRequestsMin = 32
/** Requests beyond these bounds that all turns together may begin: a burst of so many that come at once is answered whole. */
export const burstMax = 200
/** How many of them come back in a second. */
export const burstBackPerSecond = 20
/** How long a turn may last even for a burst. */
export const burstMsMax = 100

/**
 * How much this turn of the event loop has begun, and how long it has lasted. Whatever waits in it waits that long besides its own
 * work, so beyond a bound it is kinder to say at once that it is too much: then the turn ends, and pages from memory and answers
 * that are under way get theirs. A turn is measured from its first request on; a timer that was late, or a collection between
 * turns, is not counted.
 *
 * A burst is no crowd, and both look alike in their first turn. So what comes after the bound is drawn from a store that fills
 * slowly: a burst finds it full, a crowd has soon emptied it and then hears the truth at once, also after a lull.
 */
export class Pressure {
  #beganMs = 0
  #begun = 0
  /** Requests that may still be begun beyond the bound, and when that was counted. */
  #burst = burstMax
  #countedMs: number

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.#countedMs = nowMs()
  }

  /** Called for each request. */
  get isTooMuch(): boolean {
    if (this.#begun === 0) this.#begin()
    if (++this.#begun <= turnRequestsMin) return false
    const tookMs = this.nowMs() - this.#beganMs
    if (tookMs <= turnMsMax) return false
    if (tookMs > turnMsMax + burstMsMax || this.#burst < 1) return true
    this.#burst--
    return false
  }

  #begin(): void {
    this.#beganMs = this.nowMs()
    const back = ((this.#beganMs - this.#countedMs) * burstBackPerSecond) / 1_000
    this.#burst = Math.min(burstMax, this.#burst + back)
    this.#countedMs = this.#beganMs
    setImmediate(() => {
      this.#begun = 0
    })
  }
}
