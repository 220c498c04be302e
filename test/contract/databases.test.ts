import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Confirmation } from '../../src/db/confirmation.ts'
import { openDatabases } from '../../src/db/files.ts'
import { newOrganizationId, type OrganizationId } from '../../src/db/ids.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { AppError } from '../../src/errors.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { accountOpened, addEntry, entryAdded, followUp, ledgerModule, openAccount } from '../fixtures/ledger-module.ts'

const quiet = { warn: () => {}, error: () => {} }
const clean: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step()
})

interface Setup {
  confirmation?: Confirmation
}

const twins: Record<string, (setup?: Setup) => Promise<LocalDatabases>> = {
  memory: async (setup = {}) => {
    const db = openMemoryDatabases({ modules: [ledgerModule], reportBug: () => {}, ...setup })
    clean.push(() => db.close())
    return db
  },
  files: async (setup = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsify-db-'))
    clean.push(() => rmSync(folder, { recursive: true, force: true }))
    const db = await openDatabases({
      folder,
      shards: 2,
      writerUrl: new URL('../fixtures/ledger-writer.ts', import.meta.url),
      reportBug: () => {},
      onWriterLost: () => {},
      ...setup,
    })
    clean.push(() => db.close())
    return db
  },
}

async function organization(db: LocalDatabases): Promise<OrganizationId> {
  const id = newOrganizationId()
  await db.write(openAccount, id, { id })
  return id
}

const texts = (db: LocalDatabases, id: OrganizationId) =>
  db.read(id, (tx) => tx.all<{ id: string }>(sql`SELECT id FROM entry ORDER BY id`)).map((row) => row.id)

for (const [name, open] of Object.entries(twins)) {
  describe(`databases (${name})`, () => {
    test('a caller sees its own write as soon as it is acknowledged', async () => {
      const db = await open()
      const id = await organization(db)
      for (let n = 0; n < 20; n++) {
        await db.write(addEntry, id, { id: `e${n}`, text: 'x' })
        expect(texts(db, id)).toContain(`e${n}`)
      }
    })

    test('one failure in a batch fails one caller', async () => {
      const db = await open()
      const id = await organization(db)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('ok', 'refuse', 'bug', 'double'), { maxLength: 30 }),
          async (plan) => {
            const run = newOrganizationId()
            const outcomes = await Promise.allSettled(
              plan.map((step, n) =>
                db.write(addEntry, id, {
                  id: step === 'double' ? `${run}-0` : `${run}-${n}`,
                  text: step,
                  ...((step === 'refuse' || step === 'bug') && { fail: step }),
                }),
              ),
            )
            const stored = texts(db, id).filter((entry) => entry.startsWith(run))
            const taken = new Set<string>()
            plan.forEach((step, n) => {
              const key = step === 'double' ? `${run}-0` : `${run}-${n}`
              const expected = (step === 'ok' || step === 'double') && !taken.has(key)
              if (expected) taken.add(key)
              expect(outcomes[n]?.status).toBe(expected ? 'fulfilled' : 'rejected')
            })
            expect(new Set(stored)).toEqual(taken)
          },
        ),
        { numRuns: 30 },
      )
    })

    test('an AppError reaches the caller as it is, a bug as an error', async () => {
      const db = await open()
      const id = await organization(db)
      const refused = await db.write(addEntry, id, { id: 'a', text: '', fail: 'refuse' }).catch((error) => error)
      expect(refused).toBeInstanceOf(AppError)
      expect(refused.code).toBe('conflict')
      const bug = await db.write(addEntry, id, { id: 'a', text: '', fail: 'bug' }).catch((error) => error)
      expect(bug).not.toBeInstanceOf(AppError)
    })

    test('input that does not fit is refused with pointers before it travels', async () => {
      const db = await open()
      const id = await organization(db)
      const error = await db.write(addEntry, id, { id: '', text: 'x' }).catch((error) => error)
      expect(error.code).toBe('invalid')
      expect(error.faults[0].pointer).toBe('/id')
    })

    test('a repeated operation id answers as the first did and does nothing', async () => {
      const db = await open()
      const id = await organization(db)
      const first = await db.write(addEntry, id, { id: 'a', text: 'x' }, { operationId: 'op1' })
      const again = await db.write(addEntry, id, { id: 'a', text: 'x' }, { operationId: 'op1' })
      expect(again).toEqual(first)
      const [one, two] = await Promise.all([
        db.write(addEntry, id, { id: 'b', text: 'x' }, { operationId: 'op2' }),
        db.write(addEntry, id, { id: 'b', text: 'x' }, { operationId: 'op2' }),
      ])
      expect(two).toEqual(one)
      expect(texts(db, id)).toEqual(['a', 'b'])
    })

    test('an unknown organization is not found, for reads and writes', async () => {
      const db = await open()
      const nobody = newOrganizationId()
      expect(() => db.read(nobody, () => 1)).toThrow(AppError)
      const error = await db.write(addEntry, nobody, { id: 'a', text: 'x' }).catch((error) => error)
      expect(error.code).toBe('not-found')
    })

    test('a read never writes', async () => {
      const db = await open()
      const id = await organization(db)
      expect(() => db.read(id, (tx) => tx.run(sql`DELETE FROM entry`))).toThrow()
      await db.write(addEntry, id, { id: 'still-writable', text: 'x' })
    })

    test('changes arrive in order, once, before the writer hears, and only of what was committed', async () => {
      const db = await open()
      const id = await organization(db)
      const seen: string[] = []
      db.changes.onApplied(entryAdded, (change) => {
        expect(texts(db, id)).toContain(change.subject)
        seen.push(change.subject)
      })
      const write = (entry: string, fail?: 'refuse') =>
        db
          .write(addEntry, id, { id: entry, text: 'x', ...(fail && { fail }) })
          .then(() => expect(seen).toContain(entry))
          .catch((error) => expect(error.code).toBe('conflict'))
      await Promise.all(Array.from({ length: 50 }, (_, n) => write(`c${n}`, n % 7 === 0 ? 'refuse' : undefined)))
      expect(seen).toEqual(Array.from({ length: 50 }, (_, n) => `c${n}`).filter((_, n) => n % 7 !== 0))
    })

    test('sequences count per organization without a gap; coalesced facts of one commit leave one row', async () => {
      const db = await open()
      const [one, two] = [await organization(db), await organization(db)]
      const sequences: [string | null, number][] = []
      db.changes.onConfirmed(entryAdded, (change) => sequences.push([change.organizationId, change.sequence]))
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => db.write(addEntry, n % 2 ? one : two, { id: `s${n}`, text: 'x' })),
      )
      for (const id of [one, two]) {
        expect(sequences.filter(([whose]) => whose === id).map(([, n]) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      }
      sequences.length = 0
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => db.write(addEntry, one, { id: `t${n}`, text: 'x', coalesce: true })),
      )
      expect(sequences.length).toBe(1)
    })

    test('facts of the directory carry their organization, and reach listeners', async () => {
      const db = await open()
      const seen: (string | null)[] = []
      db.changes.onApplied(accountOpened, (change) => seen.push(change.organizationId))
      const id = await organization(db)
      await db.write(openAccount, null, { id: 'nobody' })
      expect(seen).toEqual([id, null])
    })

    test('acknowledgements, listeners and jobs wait for the confirmation; a refused one acknowledges nothing', async () => {
      let decide = { resolve: () => {}, reject: (_: Error) => {} }
      let held = false
      const db = await open({
        confirmation: {
          wait: () =>
            held
              ? new Promise((resolve, reject) => {
                  decide = { resolve, reject }
                })
              : undefined,
        },
      })
      const id = await organization(db)
      held = true
      const events: string[] = []
      db.changes.onApplied(entryAdded, () => events.push('applied'))
      db.changes.onConfirmed(entryAdded, () => events.push('confirmed'))
      const applied = new Promise<void>((resolve) => db.changes.onApplied(entryAdded, () => resolve()))
      const write = db.write(addEntry, id, { id: 'a', text: 'x' }).then(() => events.push('acknowledged'))
      await applied
      expect(events).toEqual(['applied'])
      decide.resolve()
      await write
      expect(events).toEqual(['applied', 'confirmed', 'acknowledged'])
      const applied2 = new Promise<void>((resolve) => db.changes.onApplied(entryAdded, () => resolve()))
      const refused = db.write(addEntry, id, { id: 'b', text: 'x' }).catch((error) => error)
      await applied2
      decide.reject(new AppError('not-confirmed', 'Not confirmed in time.'))
      expect((await refused).code).toBe('not-confirmed')
      expect(events.filter((event) => event === 'confirmed')).toHaveLength(1)
    })

    test('a repetition and a refusal that rest on unconfirmed rows wait for their confirmation too', async () => {
      let confirm = () => {}
      let gate: Promise<void> | undefined
      const asked: number[] = []
      const db = await open({
        confirmation: {
          wait: ({ number }) => {
            asked.push(number)
            return gate
          },
        },
      })
      const id = await organization(db)
      gate = new Promise((resolve) => {
        confirm = resolve
      })
      const settled: string[] = []
      const write = (text: string, operationId: string) =>
        db
          .write(addEntry, id, { id: 'a', text }, { operationId })
          .then(() => settled.push('done'))
          .catch(() => settled.push('refused'))
      asked.length = 0
      const applied = new Promise<void>((resolve) => db.changes.onApplied(entryAdded, () => resolve()))
      const first = write('x', 'op-1')
      await applied
      const rest = [
        write('x', 'op-1'),
        db.write(addEntry, id, { id: 'b', text: 'x', fail: 'refuse' }).catch(() => settled.push('refused')),
      ]
      // The writer has answered all of them once it has asked for their confirmation.
      while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve))
      expect(settled).toEqual([])
      expect(new Set(asked).size).toBe(1)
      confirm()
      await Promise.all([first, ...rest])
      expect(settled.toSorted()).toEqual(['done', 'done', 'refused'])
    })

    test('jobs run after their commit and wait before they are tried again', async () => {
      const db = await open()
      const id = await organization(db)
      const attempts: string[] = []
      const runner = new JobRunner({ databases: db, log: quiet, random: () => 0 })
      runner.handle(followUp, async (payload, { attempt, organizationId }) => {
        attempts.push(`${payload.id}#${attempt}`)
        expect(organizationId).toBe(id)
        if (payload.id === 'bad') throw new Error('as asked')
      })
      await db.write(addEntry, id, { id: 'good', text: 'x', followUp: true })
      await db.write(addEntry, id, { id: 'lost', text: 'x', followUp: true, fail: 'refuse' }).catch(() => {})
      await db.write(addEntry, id, { id: 'bad', text: 'x', followUp: true })
      await runner.settled()
      expect(attempts.toSorted()).toEqual(['bad#1', 'good#1'])
      expect(runner.counts()).toEqual({ waiting: 1, running: 0, dead: 0 })
      await runner.close()
    })

    test('a job with a key stands once among the waiting', async () => {
      const db = await open()
      const id = await organization(db)
      await Promise.all(
        ['a', 'b', 'c'].map((entry) => db.write(addEntry, id, { id: entry, text: 'x', followUp: true, key: 'k' })),
      )
      const runner = new JobRunner({ databases: db, log: quiet })
      expect(runner.counts().waiting).toBe(1)
    })

    test('a started runner is woken by the commit and leaves nothing behind', async () => {
      const db = await open()
      const id = await organization(db)
      const runner = new JobRunner({ databases: db, log: quiet })
      const ran = new Promise<string>((resolve) => runner.handle(followUp, async (payload) => resolve(payload.id)))
      await runner.start()
      await db.write(addEntry, id, { id: 'woken', text: 'x', followUp: true })
      expect(await ran).toBe('woken')
      await runner.settled()
      expect(runner.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
      await runner.close()
    })
  })
}
