import { describe, expect, test } from 'bun:test'
import { analyticsHouse } from '../../test/fixtures/analytics-house.ts'
import type { Figures } from './figures.ts'
import { visit, visitEvent, visitRollup } from './schema.ts'

type House = Awaited<ReturnType<typeof analyticsHouse>>
const dayMs = 86_400_000

/** Two visitors: one reads and answers, the other looks in. */
async function visited(house: House): Promise<string> {
  const id = await house.publishPages()
  await house.send(house.beacon(id, 'reader', { source: 'news.example' }), { 'cf-ipcountry': 'NO' })
  house.clock.nowMs += 20_000
  await house.send(
    house.beacon(id, 'reader', { ms: 20_000, gone: true, acts: [{ n: 1, kind: 'answer', detail: 'vote' }] }),
  )
  await house.send(house.beacon(id, 'reader-2', { page: 'plans', from: '', ms: 5_000 }))
  await house.send(house.beacon(id, 'looker'), { 'fly-client-ip': '203.0.113.8' })
  await house.analytics.gathering.flush()
  return id
}

describe('GET /capsules/{id}/analytics', () => {
  test('tells figures, pages, sources and the funnel', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    const { status, body } = await house.our('GET', `/capsules/${id}/analytics?days=7`)
    const figures = body as unknown as Figures
    expect(status).toBe(200)
    expect(figures.totals).toMatchObject({ visits: 2, visitors: 2, views: 3, engaged: 1, acted: 1, answered: 1 })
    expect(figures.series).toHaveLength(7)
    expect(figures.series.at(-1)?.visits).toBe(2)
    expect(figures.pages.map(({ title, visits, exits }) => [title, visits, exits])).toEqual([
      ['Start', 2, 1],
      ['Plans', 1, 1],
    ])
    expect(figures.sources.map(({ value, visits, answers }) => [value, visits, answers])).toEqual([
      ['', 1, 0],
      ['news.example', 1, 1],
    ])
    expect(figures.countries.map(({ value }) => value)).toEqual(['', 'NO'])
    const hours = (await house.our('GET', `/capsules/${id}/analytics?days=2&by=hour`)).body as unknown as Figures
    expect([hours.by, hours.series.length]).toEqual(['hour', 48])
  })

  test('refuses spans that it does not have, and tells nobody else', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    for (const query of ['days=0', 'days=401', 'days=30&by=hour']) {
      const { status, body } = await house.our('GET', `/capsules/${id}/analytics?${query}`)
      expect([query, status, body.errors[0]?.pointer]).toEqual([query, 422, '?days'])
    }
    for (const path of ['analytics', 'visits', 'visits.csv', 'visits/1']) {
      expect((await house.call(house.theirs.key, 'GET', `/capsules/${id}/${path}`)).status).toBe(404)
      expect((await house.call(undefined, 'GET', `/capsules/${id}/${path}`)).status).toBe(401)
    }
  })
})

describe('visits', () => {
  test('are listed newest first, page by page, and one is told with what happened in it', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    const first = await house.our('GET', `/capsules/${id}/visits?limit=1`)
    expect(first.body.items).toMatchObject([{ source: '', pages: 1, here: true }])
    const next = await house.our('GET', `/capsules/${id}/visits?limit=1&cursor=${first.body.nextCursor}`)
    expect(next.body.items).toMatchObject([{ source: 'news.example', pages: 2, answers: 1, here: true }])
    expect(next.body.nextCursor).toBeNull()
    const one = await house.our('GET', `/capsules/${id}/visits/${next.body.items[0]?.id}`)
    expect(one.body.events).toMatchObject([
      { kind: 'view', page: 'start', ms: 20_000 },
      { kind: 'view', page: 'plans', ms: 5_000 },
      { kind: 'answer', page: 'start', detail: 'vote', ms: null },
    ])
    expect((await house.our('GET', `/capsules/${id}/visits?cursor=!`)).status).toBe(422)
    expect((await house.our('GET', `/capsules/${id}/visits/zzz`)).status).toBe(404)
  })

  test('come as CSV, in which no text is a formula', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    await house.send(house.beacon(id, 'one', { source: '=cmd()' }))
    await house.analytics.gathering.flush()
    const file = await house.our('GET', `/capsules/${id}/visits.csv`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const [head, row, ...rest] = file.text.split('\r\n')
    expect(head).toStartWith('began,last,visit,visitor,email,link,source')
    expect(row).toContain(",'=cmd(),")
    expect(rest).toEqual([''])
  })

  test('of one visitor are erased, and their part of the figures with them', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    const list = await house.our('GET', `/capsules/${id}/visits`)
    const { visitor } = list.body.items[1] as unknown as { visitor: string }
    const erased = await house.our('POST', '/analytics/erasures', { visitor })
    expect(erased.body as unknown).toEqual({ visits: 1, conversations: 0 })
    const figures = (await house.our('GET', `/capsules/${id}/analytics`)).body as unknown as Figures
    expect(figures.totals).toMatchObject({ visits: 1, views: 1, answers: 0 })
    expect(figures.sources.map(({ value }) => value)).toEqual([''])
    expect((await house.our('POST', '/analytics/erasures', {})).status).toBe(422)
  })

  test('take with them what else is kept of their address, given or known from a visit', async () => {
    const asked: unknown[] = []
    await using house = await analyticsHouse({
      contextOf: () => ({ link: null, email: 'eve@example.com' }),
      eraseElsewhere: async (...of) => asked.push(of),
    })
    const id = await visited(house)
    const { visitor } = (await house.our('GET', `/capsules/${id}/visits`)).body.items[0] as unknown as {
      visitor: string
    }
    const { organizationId } = house.ours
    const byVisitor = await house.our('POST', '/analytics/erasures', { visitor })
    expect((byVisitor.body as unknown as { conversations: number }).conversations).toBe(1)
    await house.our('POST', '/analytics/erasures', { email: 'adam@example.com' })
    expect(asked).toEqual([
      [organizationId, 'eve@example.com'],
      [organizationId, 'adam@example.com'],
    ])
  })

  test('with an address are erased by it, whatever its capitals', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: null, email: 'Eve@example.com' }) })
    const id = await visited(house)
    const erased = await house.our('POST', '/analytics/erasures', { email: 'eve@EXAMPLE.com' })
    expect((erased.body as unknown as { visits: number }).visits).toBeGreaterThan(0)
    expect((await house.our('GET', `/capsules/${id}/visits`)).body.items).toEqual([])
  })

  test('are kept as long as the organization wants, and their figures longer', async () => {
    await using house = await analyticsHouse()
    const changed = await house.our('PATCH', '/analytics/settings', { retentionDays: 10 })
    expect(changed.body as unknown).toEqual({ retentionDays: 10, hotScore: 60 })
    expect((await house.our('PATCH', '/analytics/settings', { retentionDays: 0 })).status).toBe(422)
    const id = await visited(house)
    for (let day = 0; day < 12; day++) {
      house.clock.nowMs += dayMs
      await house.jobs.settled()
    }
    expect((await house.our('GET', `/capsules/${id}/visits`)).body.items).toEqual([])
    const figures = (await house.our('GET', `/capsules/${id}/analytics`)).body as unknown as Figures
    expect(figures.totals.visits).toBe(2)
    const left = house.db.read(house.ours.organizationId, (tx) => {
      const events = tx.select().from(visitEvent).all()
      const rollups = tx.select().from(visitRollup).all()
      return [events.length, rollups.filter(({ grain }) => grain === 'minute').length]
    })
    expect(left).toEqual([0, 0])
  })

  test('of a capsule that is gone for ever are gone with it', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    await house.our('DELETE', `/capsules/${id}`)
    house.clock.nowMs += 40 * dayMs
    await house.jobs.settled()
    await house.jobs.settled()
    const left = house.db.read(house.ours.organizationId, (tx) => [
      ...tx.select().from(visit).all(),
      ...tx.select().from(visitEvent).all(),
      ...tx.select().from(visitRollup).all(),
    ])
    expect(left).toEqual([])
  })

  test('are read by an index', async () => {
    await using house = await analyticsHouse()
    const id = await visited(house)
    for (const path of ['analytics', 'analytics?days=3&by=hour', 'visits', 'visits/1', 'visits.csv']) {
      await house.our('GET', `/capsules/${id}/${path}`)
    }
    await house.our('POST', '/analytics/erasures', { email: 'a@b.c' })
    house.clock.nowMs += dayMs
    await house.jobs.settled()
    // One row, and SQLite's own list of counters.
    expect(house.plans.scans(['visit_salt', 'sqlite_sequence'])).toEqual([])
  })
})
