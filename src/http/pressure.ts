/** How long one turn of the event loop may go on beginning work for the router while there is a crowd. */
export const turnMsMax = 10
/** The same for a turn that comes alone: a burst that waits a tenth of a second is answered whole. */
export const burstMsMax = 100
/** Requests that a turn begins whatever they take: a single slow one is no crowd. */
export const turnRequestsMin = 32
/** Turns that were all too long, for this long: that is no burst any more. */
export const crowdMs = 250

/**
 * How much this turn of the event loop has begun, and how long it has lasted. Whatever waits in it waits that long besides its own
 * work, so beyond a bound it is kinder to say at once that it is too much: then the turn ends, and pages from memory and answers
 * that are under way get theirs. A turn is measured from its first request on; a timer that was late, or a collection between
 * turns, is not counted. A burst is no crowd: short of a tenth of a second it is only refused something when one turn after the
 * other was too long (CoDel, RFC 8289, tells a standing queue from a burst in the same way).
 */
export class Pressure {
  #beganMs = 0
  #begun = 0
  /** When the first of the turns began that were too long without a break; undefined: the last one was not. */
  #crowdedSinceMs: number | undefined

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Called for each request. */
  get isTooMuch(): boolean {
    if (this.#begun === 0) {
      this.#beganMs = this.nowMs()
      setImmediate(() => this.#end())
    }
    if (++this.#begun <= turnRequestsMin) return false
    const nowMs = this.nowMs()
    const isCrowd = this.#crowdedSinceMs !== undefined && nowMs - this.#crowdedSinceMs > crowdMs
    return nowMs - this.#beganMs > (isCrowd ? turnMsMax : burstMsMax)
  }

  #end(): void {
    const isLong = this.#begun > turnRequestsMin && this.nowMs() - this.#beganMs > turnMsMax
    this.#crowdedSinceMs = isLong ? (this.#crowdedSinceMs ?? this.#beganMs) : undefined
    this.#begun = 0
  }
}
