/** Time as the protocol sees it; a simulation has its own. */
export interface Clock {
  /** UTC milliseconds, as the wall's clock has them: it may be set, by years. */
  nowMs(): number
  /** Milliseconds since some moment. Whatever lasts or is limited by time goes by this: it is set by nobody. */
  passedMs(): number
  /** Returns what calls it off. 0: as soon as what waits already, requests too, had its turn. */
  after(ms: number, work: () => void): () => void
}

export const realClock: Clock = {
  nowMs: Date.now,
  passedMs: () => performance.now(),
  after(ms, work) {
    if (ms <= 0) {
      const soon = setImmediate(work)
      return () => clearImmediate(soon)
    }
    const timer = setTimeout(work, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
