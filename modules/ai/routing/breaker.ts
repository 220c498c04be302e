const failuresMax = 5
const openFirstMs = 2_000
const openMsMax = 60_000

type State =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly untilMs: number; readonly times: number }
  /** One call tries whether the route works again. */
  | { readonly state: 'probing'; readonly untilMs: number; readonly times: number }

/** Leaves a route alone that fails again and again, and tries it with one call after a while (Nygard, "Release It!"). */
export class Breaker {
  #state: State = { state: 'closed', failures: 0 }
  #coolUntilMs = 0

  /** `random`: 0 ≤ x < 1, so that nodes do not all try again at once. */
  constructor(private readonly random: () => number) {}

  /** Whether a call may go here now; a true after an opening is the one probe. */
  admits(nowMs: number): boolean {
    if (nowMs < this.#coolUntilMs) return false
    const now = this.#state
    if (now.state === 'closed') return true
    if (nowMs < now.untilMs) return false
    // A probe that never came back does not hold the route for ever.
    this.#state = { state: 'probing', untilMs: nowMs + openMsMax, times: now.times }
    return true
  }

  /** Whether it rests because its provider asked for a pause, and not because it failed. */
  isCooling(nowMs: number): boolean {
    return nowMs < this.#coolUntilMs
  }

  /** From when on it may be tried again. */
  get againAtMs(): number {
    return Math.max(this.#coolUntilMs, this.#state.state === 'closed' ? 0 : this.#state.untilMs)
  }

  succeed(): void {
    this.#state = { state: 'closed', failures: 0 }
  }

  fail(nowMs: number): void {
    const now = this.#state
    if (now.state === 'open') return
    if (now.state === 'closed' && now.failures + 1 < failuresMax) {
      this.#state = { state: 'closed', failures: now.failures + 1 }
      return
    }
    const times = now.state === 'probing' ? now.times + 1 : 0
    const step = Math.min(openFirstMs * 2 ** times, openMsMax)
    this.#state = { state: 'open', untilMs: nowMs + step * (0.75 + this.random() / 2), times }
  }

  /** The provider asked for a pause (429 with Retry-After). */
  cool(untilMs: number): void {
    this.#coolUntilMs = Math.max(this.#coolUntilMs, untilMs)
  }
}
