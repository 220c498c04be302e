import { expect, test } from 'bun:test'
import { clientAddress } from '../../src/http/client-address.ts'
import { analyticsHouse, browserName } from '../../test/fixtures/analytics-house.ts'
import { origin } from '../../test/fixtures/capsule-house.ts'
import { naive, numbers, sorted, stored } from '../../test/fixtures/visits.ts'
import { Beacons } from './beacons.ts'
import { Gathering } from './gathering.ts'
import { PublishedCapsules } from './published.ts'
import { Salts } from './salts.ts'

const yearMs = 365 * 86_400_000
const seeds = 12

type House = Awaited<ReturnType<typeof analyticsHouse>>

/** What a node has of analytics where beacons come in; its clock is its own. */
function node(house: House, skewMs: number) {
  const nowMs = () => house.clock.nowMs + skewMs
  const gathering = new Gathering({ db: house.db, reportBug: (error) => house.bugs.push(error) })
  const beacons = new Beacons({
    ...{ origin, secret: house.secrets[0], addressOf: clientAddress(true), countryHeader: undefined, gathering, nowMs },
    ...{
      published: new PublishedCapsules(house.db, house.capsules, house.documents),
      salts: new Salts(house.db, nowMs),
    },
    ...{ contextOf: () => undefined, isOwn: () => false, siteOf: () => undefined },
  })
  return {
    gathering,
    take: (body: object, visitor: number) =>
      beacons.take(
        new Request(`${origin}/-/visits`, {
          method: 'POST',
          headers: { origin, 'user-agent': browserName, 'fly-client-ip': `203.0.113.${visitor}` },
          body: JSON.stringify(body),
        }),
      ),
  }
}

test('a visit whose beacons come in at several nodes, twice, and under clocks years off is one visit, counted once', async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    await using house = await analyticsHouse()
    const { below, one } = numbers(seed)
    const nodes = [node(house, 0), node(house, 3 * yearMs), node(house, -4 * yearMs)]
    const capsule = await house.publishPages()
    const visitors = 1 + below(4)
    const queues = Array.from({ length: visitors }, (_, visitor) => {
      const act = { n: 1, kind: 'answer', detail: 'vote' }
      const view = (page: string) => `${page}-of-${visitor}`
      return [
        house.beacon(capsule, view('start')),
        house.beacon(capsule, view('start'), { ms: 4_000, gone: true }),
        house.beacon(capsule, view('plans'), { page: 'plans', from: 'start' }),
        house.beacon(capsule, view('plans'), { page: 'plans', from: 'start', ms: 3_000, gone: true, acts: [act] }),
      ]
    })
    const sent: { body: object; visitor: number }[] = []
    while (queues.some((queue) => queue.length > 0)) {
      house.clock.nowMs += 3_000
      const visitor = one([...queues.keys()].filter((n) => (queues[n]?.length ?? 0) > 0))
      const body = queues[visitor]?.shift() ?? {}
      sent.push({ body, visitor })
      // A browser that was not answered in time tells again, and may reach another node.
      for (const told of below(2) === 0 ? [{ body, visitor }] : [{ body, visitor }, one(sent)]) {
        const by = one(nodes)
        await by.take(told.body, told.visitor)
        await by.gathering.flush()
      }
    }
    const { items } = house.analytics.visits.list(capsule, { limit: 100 })
    const whole = { views: 2, answers: 1, ms: 7_000, page: 'plans', here: false }
    expect({ seed, items }).toMatchObject({ seed, items: Array.from({ length: visitors }, () => whole) })
    expect(new Set(items.map((visit) => visit.visitor)).size).toBe(visitors)
    const owner = house.ours.organizationId
    expect(sorted(stored(house.db, owner))).toEqual(sorted(naive(house.db, owner)))
    expect(items.every(({ beganAt }) => Math.abs(beganAt - house.clock.nowMs) < yearMs)).toBe(true)
    for (const { gathering } of nodes) await gathering.close()
  }
})
