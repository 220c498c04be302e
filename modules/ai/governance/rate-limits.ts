import { LRUCache } from 'lru-cache'
import { entries } from '../../../src/cache/entries.ts'
import { Refusal } from '../refusal.ts'

const bucketsMax = 50_000
const minuteMs = 60_000

interface Bucket {
  level: number
  atMs: number
}

/** Token buckets of a minute's allowance each, in this node's memory: a limit is per node, a budget is not. */
export class RateLimits {
  readonly #buckets = new LRUCache<string, Bucket>(entries(bucketsMax))

  /** Takes `amount` from what a name may use a minute (or another period). Returns what is left, or -1 and takes nothing. */
  take(name: string, amount: number, allowance: number, nowMs: number, periodMs = minuteMs): number {
    const bucket = this.#filled(name, allowance, nowMs, periodMs)
    if (bucket.level < Math.min(amount, allowance)) return -1
    bucket.level -= amount
    return Math.max(0, Math.floor(bucket.level))
  }

  /** Corrects what was taken by a guess; a level below zero makes the next callers wait. */
  correct(name: string, amount: number, allowance: number, nowMs: number): void {
    const bucket = this.#filled(name, allowance, nowMs, minuteMs)
    bucket.level = Math.min(allowance, bucket.level - amount)
  }

  /** Whether nothing of it was used of late. */
  isFull(name: string, allowance: number, nowMs: number, periodMs = minuteMs): boolean {
    return this.#filled(name, allowance, nowMs, periodMs).level >= allowance
  }

  /** How long until `amount` can be taken. */
  waitMs(name: string, amount: number, allowance: number, nowMs: number, periodMs = minuteMs): number {
    if (allowance <= 0) return periodMs
    const missing = Math.min(amount, allowance) - this.#filled(name, allowance, nowMs, periodMs).level
    return missing <= 0 ? 0 : (missing / allowance) * periodMs
  }

  #filled(name: string, allowance: number, nowMs: number, periodMs: number): Bucket {
    const known = this.#buckets.get(name)
    if (known === undefined) {
      const fresh = { level: allowance, atMs: nowMs }
      this.#buckets.set(name, fresh)
      return fresh
    }
    const passedMs = Math.max(0, nowMs - known.atMs)
    known.level = Math.min(allowance, known.level + (passedMs / periodMs) * allowance)
    known.atMs = Math.max(known.atMs, nowMs)
    return known
  }
}

/** @throws Refusal 429 when `what` may not be used so much. */
export function takeOrRefuse(
  limits: RateLimits,
  name: string,
  what: 'requests' | 'tokens',
  amount: number,
  allowance: number,
  nowMs: number,
): void {
  if (limits.take(name, amount, allowance, nowMs) >= 0) return
  const waitS = limits.waitMs(name, amount, allowance, nowMs) / 1_000
  throw new Refusal(429, 'rate_limit_error', `Rate limit reached: ${allowance} ${what} a minute.`, {
    code: 'rate_limit_exceeded',
    retryAfterS: waitS,
  })
}
