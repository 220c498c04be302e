/** A batch of fewer costs hardly less than one of so many. */
const stepLeast = 128
const stepsMax = 8
/** How much the newest commit weighs. */
const newestShare = 0.2

/**
 * How many of the calls that wait go into the next commit. Callers that are told together come back together: if one commit took
 * them all, the writer would be idle for the whole way of its confirmation to the other nodes and back. So as many steps follow
 * each other as there are commits in that time. Alone, or beside candidates that are near, one commit takes everything.
 */
export class BatchSteps {
  #commitMs = 0
  #confirmMs = 0

  /** A commit took so long, and so long after it its confirmation came. */
  note(commitMs: number, confirmMs: number): void {
    this.#commitMs += (commitMs - this.#commitMs) * newestShare
    this.#confirmMs += (confirmMs - this.#confirmMs) * newestShare
  }

  sizeOf(waiting: number): number {
    const within = this.#commitMs === 0 ? 0 : Math.floor(this.#confirmMs / this.#commitMs)
    return Math.max(stepLeast, Math.ceil(waiting / Math.min(stepsMax, within + 1)))
  }
}
