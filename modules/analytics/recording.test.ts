import { describe, expect, test } from 'bun:test'
import type { OrganizationId } from '../../src/db/ids.ts'
import { type Db, openVisits, startMs, stored, told } from '../../test/fixtures/visits.ts'
import { analyticsLimits as limits } from './limits.ts'
import { recordVisits } from './operations/record.ts'
import type { Told } from './operations/told.ts'
import { visit } from './schema.ts'

describe('a visit', () => {
  const rows = (db: Db, organizationId: OrganizationId) =>
    db.read(organizationId, (tx) => tx.select().from(visit).all())

  test('goes on from page to page, and after a while away; another one begins after half an hour', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const tell = (over: Partial<Told> & Pick<Told, 'view'>) =>
      db.write(recordVisits, organizationId, { beacons: [told({ capsuleId, atMs: clock.nowMs, ...over })] })
    await tell({ view: 'first-page-000000' })
    await tell({ view: 'first-page-000000', ms: 9_000, gone: true })
    await tell({ view: 'second-page-00000', page: 'plans', from: 'start', gone: true })
    clock.nowMs += 20 * 60_000
    await tell({ view: 'third-page-000000', gone: true })
    expect(rows(db, organizationId).map(({ views, page }) => [views, page])).toEqual([[3, 'start']])
    clock.nowMs += limits.visitGapMs + 1_000
    await tell({ view: 'fourth-page-00000' })
    expect(rows(db, organizationId).map(({ views, person, firsts }) => [views, person, firsts & 4])).toEqual([
      [3, 0, 4],
      [1, 0, 0],
    ])
  })

  test('of somebody who looks like one that is there is another person, and each goes their way', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const tell = (over: Partial<Told> & Pick<Told, 'view'>) =>
      db.write(recordVisits, organizationId, { beacons: [told({ capsuleId, atMs: clock.nowMs, ...over })] })
    for (let n = 0; n < 5; n++) await tell({ view: `hall-${n}-start-000000` })
    for (let n = 0; n < 5; n++) {
      await tell({ view: `hall-${n}-start-000000`, ms: 2_000, gone: true })
      await tell({ view: `hall-${n}-plans-000000`, page: 'plans', from: 'start' })
    }
    expect(rows(db, organizationId).map(({ person, views }) => [person, views])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [n, 2]),
    )
    const day = stored(db, organizationId).get(`${capsuleId} day all ${Math.floor(startMs / 86_400_000)} `)
    expect(day?.slice(0, 3)).toEqual([5, 5, 10])
  })

  test('by another link, or from elsewhere, is another one', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const tell = (over: Partial<Told> & Pick<Told, 'view'>) =>
      db.write(recordVisits, organizationId, { beacons: [told({ capsuleId, atMs: clock.nowMs, gone: true, ...over })] })
    await tell({ view: 'direct-0000000000' })
    await tell({ view: 'news-000000000000', source: 'news.example' })
    await tell({ view: 'link-000000000000', link: 'lnk_1' })
    await tell({ view: 'link-again-000000', link: 'lnk_1' })
    expect(rows(db, organizationId).map(({ source, link, views }) => [source, link, views])).toEqual([
      ['', '', 1],
      ['news.example', '', 1],
      ['', 'lnk_1', 2],
    ])
  })

  test('of a machine that says nothing of itself is taken out again by how it turns pages', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const beacons = Array.from({ length: limits.viewsPerMinuteMax + 1 }, (_, n) =>
      told({ capsuleId, view: `fast-${n}-0000000000`, from: 'start', gone: true, atMs: clock.nowMs }),
    )
    await db.write(recordVisits, organizationId, { beacons: beacons.slice(0, -1) })
    expect(stored(db, organizationId).size).toBeGreaterThan(0)
    await db.write(recordVisits, organizationId, { beacons: beacons.slice(-1) })
    expect(stored(db, organizationId).size).toBe(0)
    expect(await db.write(recordVisits, organizationId, { beacons: beacons.slice(0, 1) })).toEqual({
      recorded: 0,
      ignored: 1,
    })
  })

  test('with clocks years off is where the primary says it is, and no time passes faster than it does', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const year = 365 * 86_400_000
    const view = 'clock-00000000000'
    await db.write(recordVisits, organizationId, { beacons: [told({ capsuleId, view, atMs: clock.nowMs + 9 * year })] })
    clock.nowMs += 5_000
    const late = told({ capsuleId, view, atMs: clock.nowMs - 9 * year, ms: 3_000_000 })
    await db.write(recordVisits, organizationId, { beacons: [late] })
    await db.write(recordVisits, organizationId, { beacons: [{ ...late, atMs: clock.nowMs }] })
    const [one] = rows(db, organizationId)
    expect(one?.begunMs).toBe(startMs - 1_000)
    expect(one?.ms).toBe(8_000)
  })

  test('from more sources than a day tells apart comes from the others', async () => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const [capsuleId] = capsules
    const all = Array.from({ length: limits.valuesPerDayMax + 150 }, (_, n) =>
      told({ capsuleId, visitor: `v${n}`, view: `source-${n}-00000000`, source: `s${n}.example`, atMs: clock.nowMs }),
    )
    for (let at = 0; at < all.length; at += 50) {
      await db.write(recordVisits, organizationId, { beacons: all.slice(at, at + 50) })
    }
    const sources = [...stored(db, organizationId)].filter(([key]) => key.includes(' source '))
    expect(sources.length).toBeLessThanOrEqual(limits.valuesPerDayMax + 1)
    expect(sources.find(([key]) => key.endsWith(' …'))?.[1][0]).toBe(150)
  })
})
