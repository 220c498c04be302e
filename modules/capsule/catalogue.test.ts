import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { openHouse } from '../../test/fixtures/capsule-house.ts'
import { listCapsules } from './catalogue.ts'
import { fold } from './titles.ts'

test('whatever is searched, in pages of whatever size, each capsule that holds the words is found once', async () => {
  const house = await openHouse()
  const { organizationId } = house.ours
  const word = fc.constantFrom('Grün', 'GRUN', 'tea', 'Tee', 'straße', '%', '_', '🎈')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
      fc.array(word, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(undefined, 'draft' as const),
      async (titles, words, limit, searched, state) => {
        const made = await Promise.all(
          titles.map((title) => house.capsules.create(organizationId, { title: title.join(' ') })),
        )
        const q = words.join(' ')
        const found: string[] = []
        let cursor: string | undefined
        do {
          const page = listCapsules(house.db, organizationId, { limit, q, state, cursor }, searched)
          expect(page.items.length).toBeLessThanOrEqual(Math.min(limit, searched))
          found.push(...page.items.map((row) => row.id))
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        // More than four words: the rest is one, spaces and all.
        const wanted = fold(q).split(' ')
        const parts = wanted.length > 4 ? [...wanted.slice(0, 3), wanted.slice(3).join(' ')] : wanted
        const expected = made
          .filter((row) => parts.every((part) => fold(row.title).includes(part)))
          .map((row) => row.id)
        expect(found).toEqual(expected.toSorted().reverse())
        for (const row of made) await house.capsules.move(organizationId, row.id, 'delete')
      },
    ),
    { numRuns: 40 },
  )
})
