import { expect, test } from 'bun:test'
import { burstBackPerSecond, burstMax, burstMsMax, Pressure, turnMsMax, turnRequestsMin } from './pressure.ts'

function setUp() {
  const clock = { ms: 0 }
  const pressure = new Pressure(() => clock.ms)
  const take = (count: number) => Array.from({ length: count }, () => pressure.isTooMuch).filter(Boolean).length
  /** A turn that begins the first ones at once and so many after that long. Tells how many were refused. */
  const turn = async (ms: number, late: number) => {
    const refused = take(turnRequestsMin)
    clock.ms += ms
    const refusedLate = take(late)
    await new Promise(setImmediate)
    return refused + refusedLate
  }
  return { clock, take, turn }
}

test('a burst is answered whole, unless its turn lasts a tenth of a second longer than a turn may', async () => {
  const { turn } = setUp()
  expect(await turn(turnMsMax + burstMsMax, burstMax)).toBe(0)
  const other = setUp()
  expect(await other.turn(turnMsMax + burstMsMax + 1, burstMax)).toBe(burstMax)
})

test('a crowd is a burst once; from then on each of its turns is let in for as long as a turn may last', async () => {
  const { turn } = setUp()
  expect(await turn(turnMsMax + 1, burstMax + 300)).toBe(300)
  const back = Math.ceil(((2 * turnMsMax + 15) * burstBackPerSecond) / 1_000)
  for (let turns = 0; turns < 40; turns++) {
    expect(await turn(turnMsMax, 100)).toBe(0)
    // What the time brings back is all that it gets besides.
    expect(await turn(turnMsMax + 15, 100)).toBeGreaterThanOrEqual(100 - back)
  }
})

test('after a lull a crowd finds as many places as the lull brought back, and no more than there were', async () => {
  const { clock, turn } = setUp()
  await turn(turnMsMax + 1, burstMax)
  clock.ms += 1_000
  expect(await turn(turnMsMax + 1, burstBackPerSecond + 30)).toBe(30)
  clock.ms += 1_000 * burstMax
  expect(await turn(turnMsMax + 1, burstMax + 30)).toBe(30)
})

test('a few slow requests are no crowd, and many quick ones are none either', async () => {
  const { clock, take } = setUp()
  expect(take(1)).toBe(0)
  clock.ms += 1_000
  expect(take(turnRequestsMin - 1)).toBe(0)
  await new Promise(setImmediate)
  expect(take(10_000)).toBe(0)
  // Nothing of that was drawn from what a burst may use.
  clock.ms += turnMsMax + 1
  expect(take(burstMax + 1)).toBe(1)
})

test('what lies between turns is not counted', async () => {
  const { clock, take } = setUp()
  take(turnRequestsMin)
  await new Promise(setImmediate)
  clock.ms += 10_000
  expect(take(turnRequestsMin + 1)).toBe(0)
})
