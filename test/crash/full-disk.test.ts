import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Outcome } from '../../src/db/calls.ts'
import { Committer } from '../../src/db/committer.ts'
import { newOrganizationId } from '../../src/db/ids.ts'
import { kernelModule } from '../../src/db/kernel-operations.ts'
import { addEntry, ledgerModule, openAccount } from '../fixtures/ledger-module.ts'

/**
 * A database that may not grow past so many pages fails with SQLITE_FULL at any statement, as a full disk does, and
 * rolls back the whole transaction by itself. Seeded: fast-check prints the seed of a failure.
 */
test('when the disk fills up, whoever was told "stored" is stored, and nobody else', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.record({ size: fc.nat(9_000), fail: fc.boolean() }), { minLength: 1, maxLength: 12 }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.nat(25),
      (batches, sparePages) => {
        const files = new Map<string, Database>()
        const committer = new Committer({
          modules: [kernelModule, ledgerModule],
          shards: 1,
          epoch: 1,
          mode: 'alone',
          nowMs: () => 1,
          open: (name) => {
            const sqlite = new Database(':memory:', { strict: true })
            files.set(name, sqlite)
            return sqlite
          },
        })
        const organizationId = newOrganizationId()
        const outcomes: Outcome[] = []
        const numbers: number[] = []
        let call = 0
        const run = (calls: { operation: string; input: unknown }[]) =>
          committer.run(
            calls.map((one) => ({ call: call++, organizationId, operationId: null, database: null, ...one })),
            (notice) => {
              outcomes.push(...notice.outcomes)
              if (notice.committed) numbers.push(notice.number)
            },
          )
        run([{ operation: openAccount.name, input: { id: 'a' } }])
        const shard = files.get('shard-000')
        const pages = shard?.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0
        shard?.run(`PRAGMA max_page_count = ${pages + sparePages}`)
        for (const batch of batches) {
          run(
            batch.map(({ size, fail }, n) => ({
              operation: addEntry.name,
              input: { id: `${call}-${n}`, text: 'x'.repeat(size), ...(fail && { fail: 'refuse' }) },
            })),
          )
        }
        const told = outcomes.filter((outcome) => outcome.state === 'done').length - 1
        const [stored] = shard?.query<{ n: number }, []>('SELECT count(*) AS n FROM entry').all() ?? []
        expect(stored?.n).toBe(told)
        expect(outcomes.length).toBe(1 + batches.flat().length)
        // A failed commit's number is used again: what stands has no hole.
        expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n))
        shard?.run(`PRAGMA max_page_count = 1000000`)
        run([{ operation: addEntry.name, input: { id: 'after', text: 'x' } }])
        expect(outcomes.at(-1)?.state).toBe('done')
        committer.close()
      },
    ),
    { numRuns: 200 },
  )
})
