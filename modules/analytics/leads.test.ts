import { describe, expect, test } from 'bun:test'
import { analyticsHouse } from '../../test/fixtures/analytics-house.ts'

/** Somebody stays for a minute and answers twice: a score of 40. */
async function becomeHot(house: Awaited<ReturnType<typeof analyticsHouse>>, id: string): Promise<void> {
  await house.our('PATCH', '/analytics/settings', { hotScore: 40 })
  const acts = [1, 2].map((n) => ({ n, kind: 'answer', detail: 'vote' }))
  await house.send(house.beacon(id, 'eager'))
  await house.analytics.gathering.flush()
  house.clock.nowMs += 70_000
  await house.send(house.beacon(id, 'eager', { ms: 60_000, acts }))
  await house.analytics.gathering.flush()
}

describe('a hot lead', () => {
  test('is told by a job that was written with the visit, once', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: 'lnk_1', email: 'eve@example.com' }) })
    const id = await house.publishPages()
    await becomeHot(house, id)
    expect(house.leads).toEqual([])
    expect(house.jobs.counts().waiting).toBeGreaterThan(0)
    await house.jobs.settled()
    expect(house.leads).toMatchObject([{ capsuleId: id, email: 'eve@example.com', score: 40 }])
    expect(house.leads[0]?.id).toStartWith(`${id}_`)
    await house.send(house.beacon(id, 'eager', { ms: 61_000 }))
    await house.analytics.gathering.flush()
    await house.jobs.settled()
    expect(house.leads).toHaveLength(1)
  })

  test('that could not be told is told later, under the same id', async () => {
    const tries: string[] = []
    await using house = await analyticsHouse({
      tellLead: async ({ id }) => {
        if (tries.push(id) < 3) throw new Error('the disk is full')
      },
    })
    await becomeHot(house, await house.publishPages())
    for (let n = 0; n < 5; n++) {
      await house.jobs.settled()
      house.clock.nowMs += 60_000
    }
    expect(tries).toHaveLength(3)
    expect(new Set(tries).size).toBe(1)
  })

  test('who was erased before is told of to nobody, and no job holds an address', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: 'lnk_1', email: 'eve@example.com' }) })
    await becomeHot(house, await house.publishPages())
    const jobs = house.db.read(house.ours.organizationId, (tx) => tx.all('SELECT payload FROM job'))
    expect(JSON.stringify(jobs)).not.toContain('eve@')
    await house.analytics.erasures.erase(house.ours.organizationId, { email: 'eve@example.com' })
    await house.jobs.settled()
    expect(house.leads).toEqual([])
  })
})
