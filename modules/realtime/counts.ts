import type { ErrorCode } from '../../src/errors.ts'

/** Counts by a few names: whoever adds sees to it that strangers invent none. */
export class Tally<Name extends string | number> {
  readonly #counts = new Map<Name, number>()

  add(name: Name): void {
    this.#counts.set(name, this.of(name) + 1)
  }

  of(name: Name): number {
    return this.#counts.get(name) ?? 0
  }

  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts].map(([name, count]) => [String(name), count])
  }
}

/** What happened to the live connections of this node since its start. */
export class LiveCounts {
  opened = 0
  /** Beyond a limit. */
  refused = 0
  /** No valid request for one. */
  rejected = 0
  messages = 0
  malformed = 0
  flooded = 0
  slow = 0
  recovered = 0
  lost = 0
  /** How they ended, by code (R24). */
  readonly endings = new Tally<number | 'other'>()
  /** What members said and was not done, by the error's code; `forged`: under a token that we did not sign (R20). */
  readonly refusals = new Tally<ErrorCode | 'forged'>()
}
