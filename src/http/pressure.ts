/** How long one turn of the event loop may go on beginning work for the router. */
export const turnMsMax = 10
/** Requests that a turn begins whatever they take: a single slow one is no crowd. */
export const turnRequestsMin = 32

/**
 * How much this turn of the event loop has begun, and how long it has lasted. Whatever waits in it waits that long besides its own
 * work, so beyond a bound it is kinder to say at once that it is too much: then the turn ends, and pages from memory and answers
 * that are under way get theirs. A turn is measured from its first request on; a timer that was late, or a collection between
 * turns, is not counted.
 */
export class Pressure {
  #beganMs = 0
  #begun = 0

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Called for each request. */
  get isTooMuch(): boolean {
    if (this.#begun === 0) {
      this.#beganMs = this.nowMs()
      setImmediate(() => {
        this.#begun = 0
      })
    }
    return ++this.#begun > turnRequestsMin && this.nowMs() - this.#beganMs > turnMsMax
  }
}
