import { describe, expect, test } from 'bun:test'
import { analyticsHouse } from '../../../test/fixtures/analytics-house.ts'

interface Shown {
  readonly visits: readonly { readonly page: string; readonly country: string; readonly email: string | null }[]
  readonly funnel: { readonly visits: number; readonly answered: number }
}

describe('an owner', () => {
  test('R33, R34: sees who is there when the socket opens, and who comes (R35)', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    await house.send(house.beacon(id, 'first'), { 'cf-ipcountry': 'NO' })
    await house.analytics.gathering.flush()
    const socket = house.watch(id, { authorization: `Bearer ${house.ours.key}` })
    const hello = await socket.inbox.next('hello')
    expect(hello).toMatchObject({ protocol: 1, heartbeatMs: 10_000 })
    expect((hello.state as unknown as Shown).visits).toMatchObject([{ page: 'start', country: 'NO', email: null }])
    await house.send(house.beacon(id, 'second', { page: 'plans' }), { 'fly-client-ip': '203.0.113.8' })
    const state = (await socket.inbox.next('state')) as unknown as Shown
    expect(state.visits.map(({ page }) => page)).toEqual(['plans', 'start'])
    expect(state.funnel.visits).toBe(2)
    house.clock.nowMs += 120_000
    expect(((await socket.inbox.next('state')) as unknown as Shown).visits).toEqual([])
    socket.close()
    await socket.closed
  })

  test('R37: is told once of a lead that has become hot', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: 'lnk_1', email: 'eve@example.com' }) })
    const id = await house.publishPages()
    await house.our('PATCH', '/analytics/settings', { hotScore: 40 })
    const socket = house.watch(id, { authorization: `Bearer ${house.ours.key}` })
    await socket.inbox.next('hello')
    const acts = [1, 2].map((n) => ({ n, kind: 'answer', detail: 'vote' }))
    await house.send(house.beacon(id, 'eager'))
    await house.analytics.gathering.flush()
    house.clock.nowMs += 70_000
    for (let n = 0; n < 3; n++) await house.send(house.beacon(id, 'eager', { ms: 60_000 + n * 1_000, acts }))
    const lead = await socket.inbox.next('lead')
    expect(lead).toMatchObject({ email: 'eve@example.com', score: 40, link: 'lnk_1', device: 'desktop' })
    await house.analytics.gathering.flush()
    expect(socket.inbox.all.filter(({ type }) => type === 'lead')).toHaveLength(1)
    socket.close()
  })

  test.each([
    ['nobody', 4401, {}],
    ['a key that is none', 4401, { authorization: 'Bearer nothing' }],
  ])('R33: is not %s', async (_who, code, headers) => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    expect((await house.watch(id, headers).closed).code).toBe(code)
  })

  test('R33: of another organization learns nothing, not even whether there is such a capsule', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    const headers = { authorization: `Bearer ${house.theirs.key}` }
    expect((await house.watch(id, headers).closed).code).toBe(4404)
    expect((await house.watch('cap_none', headers).closed).code).toBe(4404)
  })

  test('R38: who says something is sent away', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    const socket = house.watch(id, { authorization: `Bearer ${house.ours.key}` })
    await socket.inbox.next('hello')
    socket.say({ type: 'react', reaction: 'clap' })
    expect((await socket.closed).code).toBe(4400)
    expect(house.analytics.watch.watchers).toBe(0)
  })

  test('is sent away when the node goes', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    const socket = house.watch(id, { authorization: `Bearer ${house.ours.key}` })
    await socket.inbox.next('hello')
    house.analytics.drain()
    expect((await socket.closed).code).toBe(1012)
  })
})
