/** Time, passed in: a simulation runs hours of faults in a second, the same way each time. */
export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number
  /** Calls `fire` once after `ms`; the answer takes it back. */
  after(ms: number, fire: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: Date.now,
  after(ms, fire) {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
}
