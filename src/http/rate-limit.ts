import { LRUCache } from 'lru-cache'
import { entries } from '../cache/entries.ts'
import { AppError } from '../errors.ts'

export interface Limit {
  /** Stands in the headers, so it is public: lower case with hyphens. */
  readonly name: string
  readonly attemptsMax: number
  readonly windowS: number
}

/** Keys that are remembered; the longest unseen is forgotten. */
const keysMax = 20_000

/** Too many attempts. `headers` say of every limit that applies what is left (draft-ietf-httpapi-ratelimit-headers-10). */
export class RateLimited extends AppError {
  constructor(
    readonly limit: Limit,
    retryAfterS: number,
    readonly headers: Readonly<Record<string, string>>,
  ) {
    super('rate-limited', `Too many attempts. Try again in ${retryAfterS} seconds.`, { retryAfterS })
  }
}

/** What is left of a limit after an attempt. */
export interface Allowance {
  readonly limit: Limit
  readonly remaining: number
  /** Seconds until all of it is there again. */
  readonly resetS: number
}

/**
 * Attempts by key, in memory: a burst of `attemptsMax`, then one more every `windowS / attemptsMax` (the generic cell rate
 * algorithm, ITU-T I.371: one number a key).
 */
export class RateLimit {
  /** Per key: when the attempts made so far will have been paid for. */
  readonly #paidAtMs = new LRUCache<string, number>(entries(keysMax))

  constructor(
    readonly limit: Limit,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Counts an attempt. @throws RateLimited when there is none left. */
  take(key: string): Allowance {
    const nowMs = this.nowMs()
    const windowMs = this.limit.windowS * 1_000
    const stepMs = windowMs / this.limit.attemptsMax
    const known = this.#paidAtMs.get(key) ?? 0
    // Further ahead than a window nothing can be: the clock was set back, and nobody waits until it is there again.
    const paidAtMs = (known > nowMs + windowMs ? nowMs : Math.max(known, nowMs)) + stepMs
    const overMs = paidAtMs - nowMs - windowMs
    if (overMs > 0) {
      const none = { limit: this.limit, remaining: 0, resetS: Math.ceil((paidAtMs - stepMs - nowMs) / 1_000) }
      throw new RateLimited(this.limit, Math.ceil(overMs / 1_000), rateLimitHeaders([none]))
    }
    this.#paidAtMs.set(key, paidAtMs)
    return {
      limit: this.limit,
      remaining: Math.floor((windowMs - (paidAtMs - nowMs)) / stepMs),
      resetS: Math.ceil((paidAtMs - nowMs) / 1_000),
    }
  }

  /** Whoever proved to be right starts afresh. */
  forgive(key: string): void {
    this.#paidAtMs.delete(key)
  }
}

export function rateLimitHeaders(allowances: readonly Allowance[]): Record<string, string> {
  return {
    'ratelimit-policy': allowances
      .map(({ limit }) => `"${limit.name}";q=${limit.attemptsMax};w=${limit.windowS}`)
      .join(', '),
    ratelimit: allowances
      .map(({ limit, remaining, resetS }) => `"${limit.name}";r=${remaining};t=${resetS}`)
      .join(', '),
  }
}
