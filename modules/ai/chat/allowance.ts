import { AppError } from '../../../src/errors.ts'
import type { Clock } from '../clock.ts'
import type { RateLimits } from '../governance/rate-limits.ts'

const hourMs = 3_600_000

/** What there may be only so many of an hour: what is counted, and what is done with it. */
const counted = {
  answered: { things: 'questions', whoever: 'asked' },
  rated: { things: 'answers', whoever: 'rated' },
  left: { things: 'addresses', whoever: 'left' },
} as const

/** How much visitors may do in an hour, on this node. */
export class Allowance {
  constructor(
    private readonly rates: RateLimits,
    private readonly clock: Clock,
  ) {}

  /** Whether nothing of it was taken of late. */
  isFresh(name: string, most: number): boolean {
    return this.rates.isFull(name, most, this.clock.nowMs(), hourMs)
  }

  /** @param whom as a sentence begins: `You have`. @throws AppError rate-limited, which names the limit. */
  take(name: string, most: number, whom: string, done: keyof typeof counted = 'answered'): void {
    const nowMs = this.clock.nowMs()
    if (this.rates.take(name, 1, most, nowMs, hourMs) >= 0) return
    const waitMs = this.rates.waitMs(name, 1, most, nowMs, hourMs)
    const { things, whoever } = counted[done]
    throw new AppError('rate-limited', `${whom} ${whoever} many ${things}; at most ${most} an hour are ${done}.`, {
      retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)),
    })
  }
}
