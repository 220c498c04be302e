import { describe, expect, test } from 'bun:test'
import { naive, numbers, openVisits, sorted, stored, told } from '../../test/fixtures/visits.ts'
import { eraseVisitor } from './operations/erasure.ts'
import { recordVisits } from './operations/record.ts'
import type { Told } from './operations/told.ts'

describe('rollups are what a naive count of the visits says', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * 7_919))('of random beacons, seed %d', async (seed) => {
    const { db, clock, organizationId, capsules } = await openVisits()
    const { below, one } = numbers(seed)
    const views: Told[] = []
    const sent: Told[] = []
    for (let round = 0; round < 60; round++) {
      clock.nowMs += one([500, 15_000, 70_000, 400_000, 1_900_000])
      const batch = Array.from({ length: 1 + below(8) }, (): Told => {
        const what = below(10)
        const known = views.length > 0 ? one(views) : undefined
        // Told again exactly as before, or to another capsule under the same id.
        if (what === 0 && sent.length > 0) return one(sent)
        if (what === 1 && known !== undefined) return { ...known, capsuleId: one(capsules) }
        if (what < 6 && known !== undefined) {
          return {
            ...known,
            ...{ ms: Math.min(below(200_000), clock.nowMs - known.atMs), gone: below(3) === 0, atMs: clock.nowMs },
            acts: Array.from({ length: below(3) }, () => ({
              ...{ n: 1 + below(6), kind: one(['answer', 'chat', 'click'] as const), detail: 'block' },
            })),
          }
        }
        const view = told({
          ...{
            capsuleId: one(capsules),
            view: `view-${seed}-${views.length}-abcdef`,
            page: one(['start', 'plans', 'end']),
          },
          ...{
            visitor: one(['one', 'two', 'three']),
            link: one(['', '', 'lnk_a', 'lnk_b']),
            device: one(['phone', 'desktop']),
          },
          ...{
            source: one(['', 'news.example', 'mail']),
            campaign: one(['', 'spring']),
            country: one(['', 'CH', 'NO']),
          },
          ...{ from: one([null, 'start', 'plans']), ms: below(60_000), atMs: clock.nowMs - below(3_000) },
        })
        views.push(view)
        return view
      })
      sent.push(...batch)
      await db.write(recordVisits, organizationId, { beacons: batch })
    }
    const counted = naive(db, organizationId)
    expect(counted.size).toBeGreaterThan(30)
    expect(sorted(stored(db, organizationId))).toEqual(sorted(counted))
    // All of it once more, in another order: nothing is counted twice.
    const before = sorted(stored(db, organizationId))
    for (const again of sent.toReversed()) await db.write(recordVisits, organizationId, { beacons: [again] })
    expect(sorted(stored(db, organizationId))).toEqual(before)
    // One visitor asks to be forgotten: what stays is what was never theirs.
    while ((await db.write(eraseVisitor, organizationId, { visitor: 'one', visitsMax: 7 })) > 0);
    expect(sorted(stored(db, organizationId))).toEqual(sorted(naive(db, organizationId)))
    expect([...stored(db, organizationId).keys()].length).toBeLessThan(before.length)
  })
})
