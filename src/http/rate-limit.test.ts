import { describe, expect, test } from 'bun:test'
import { RateLimit, RateLimited, rateLimitHeaders } from './rate-limit.ts'

const limit = { name: 'tries', attemptsMax: 5, windowS: 100 }

function setup() {
  const clock = { nowMs: 1_800_000_000_000 }
  return { clock, tries: new RateLimit(limit, () => clock.nowMs) }
}

function refused(work: () => unknown): RateLimited {
  try {
    work()
  } catch (error) {
    if (error instanceof RateLimited) return error
  }
  throw new Error('It was not refused.')
}

describe('a limit', () => {
  test('lets a burst through and says what is left', () => {
    const { tries } = setup()
    expect(Array.from({ length: 5 }, () => tries.take('a').remaining)).toEqual([4, 3, 2, 1, 0])
    expect(refused(() => tries.take('a')).retryAfterS).toBe(20)
    expect(tries.take('b').remaining).toBe(4)
  })

  test('gives attempts back evenly, and no more than there were', () => {
    const { clock, tries } = setup()
    for (let n = 0; n < 5; n++) tries.take('a')
    clock.nowMs += 19_999
    expect(refused(() => tries.take('a')).retryAfterS).toBe(1)
    clock.nowMs += 1
    expect(tries.take('a').remaining).toBe(0)
    clock.nowMs += 10_000_000
    expect(tries.take('a').remaining).toBe(4)
  })

  test('holds nobody up when the clock is set back by years', () => {
    const { clock, tries } = setup()
    for (let n = 0; n < 5; n++) tries.take('a')
    clock.nowMs -= 3 * 365 * 86_400_000
    expect(tries.take('a').remaining).toBe(4)
    for (let n = 0; n < 4; n++) tries.take('a')
    expect(refused(() => tries.take('a')).retryAfterS).toBe(20)
  })

  test('in no window of its length passes more than twice what it allows, wherever the window begins', () => {
    const { clock, tries } = setup()
    const passed: number[] = []
    for (let n = 0; n < 1_000; n++) {
      clock.nowMs += 500
      try {
        tries.take('a')
        passed.push(clock.nowMs)
      } catch {}
    }
    for (const begin of passed) {
      expect(passed.filter((at) => at >= begin && at < begin + 100_000).length).toBeLessThanOrEqual(10)
    }
  })

  test('a refused attempt costs nothing', () => {
    const { clock, tries } = setup()
    for (let n = 0; n < 5; n++) tries.take('a')
    for (let n = 0; n < 100; n++) refused(() => tries.take('a'))
    clock.nowMs += 20_000
    expect(tries.take('a').remaining).toBe(0)
  })

  test('forgives', () => {
    const { tries } = setup()
    for (let n = 0; n < 5; n++) tries.take('a')
    tries.forgive('a')
    expect(tries.take('a').remaining).toBe(4)
  })

  test('tells in headers', () => {
    const { tries } = setup()
    expect(rateLimitHeaders([tries.take('a'), tries.take('b')])).toEqual({
      'ratelimit-policy': '"tries";q=5;w=100, "tries";q=5;w=100',
      ratelimit: '"tries";r=4;t=20, "tries";r=4;t=20',
    })
  })
})
