/** Time as the protocol sees it; a simulation has its own. */
export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number
  /** Returns what calls it off. 0: as soon as what waits already, requests too, had its turn. */
  after(ms: number, work: () => void): () => void
}

export const realClock: Clock = {
  nowMs: Date.now,
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
