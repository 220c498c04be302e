import { expect, test } from 'bun:test'
import { burstMsMax, crowdMs, Pressure, turnMsMax, turnRequestsMin } from './pressure.ts'

function setUp() {
  const clock = { ms: 0 }
  const pressure = new Pressure(() => clock.ms)
  const take = (count: number) => Array.from({ length: count }, () => pressure.isTooMuch).filter(Boolean).length
  /** A turn that begins many and lasts so long; then the next one. */
  const turn = async (ms: number, count = turnRequestsMin + 1) => {
    const refused = take(count)
    clock.ms += ms
    const late = take(1)
    await new Promise(setImmediate)
    return refused + late
  }
  return { clock, take, turn }
}

test('a burst is answered whole, unless it lasts a tenth of a second', async () => {
  const { turn } = setUp()
  expect(await turn(burstMsMax)).toBe(0)
  expect(await turn(burstMsMax + 1)).toBe(1)
})

test('a crowd, turn after turn, is let in for ten milliseconds each; after one calm turn it is none', async () => {
  const { turn } = setUp()
  for (let ms = 0; ms < crowdMs; ms += 50) expect(await turn(50)).toBe(0)
  expect(await turn(turnMsMax)).toBe(0)
  // That turn was short enough: whatever comes now is a burst.
  expect(await turn(50)).toBe(0)
  for (let ms = 0; ms < crowdMs; ms += 50) await turn(50)
  expect(await turn(turnMsMax + 1)).toBe(1)
  expect(await turn(turnMsMax + 1)).toBe(1)
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
