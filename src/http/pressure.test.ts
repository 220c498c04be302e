import { expect, test } from 'bun:test'
import { Pressure, turnMsMax, turnRequestsMin } from './pressure.ts'

function setUp() {
  const clock = { ms: 0 }
  const pressure = new Pressure(() => clock.ms)
  const take = (count: number) => Array.from({ length: count }, () => pressure.isTooMuch).filter(Boolean).length
  return { clock, take }
}

test('a turn that began many and lasts too long takes nothing more, and the next one begins afresh', async () => {
  const { clock, take } = setUp()
  expect(take(turnRequestsMin + 10)).toBe(0)
  clock.ms += turnMsMax + 1
  expect(take(5)).toBe(5)
  await new Promise(setImmediate)
  expect(take(5)).toBe(0)
})

test('a few slow requests are no crowd, and many quick ones are none either', async () => {
  const { clock, take } = setUp()
  expect(take(1)).toBe(0)
  clock.ms += 1_000
  expect(take(turnRequestsMin - 1)).toBe(0)
  await new Promise(setImmediate)
  expect(take(10_000)).toBe(0)
})

test('what lies between turns is not counted', async () => {
  const { clock, take } = setUp()
  take(turnRequestsMin)
  await new Promise(setImmediate)
  clock.ms += 10_000
  expect(take(turnRequestsMin + 1)).toBe(0)
})
