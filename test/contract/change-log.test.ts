import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Confirmation } from '../../src/db/confirmation.ts'
import { openDatabases } from '../../src/db/files.ts'
import { newOrganizationId } from '../../src/db/ids.ts'
import { prune } from '../../src/db/kernel-operations.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { addEntry, entryAdded, ledgerModule, openAccount } from '../fixtures/ledger-module.ts'

const clean: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step()
})

const twins: Record<string, (confirmation?: Confirmation) => Promise<LocalDatabases>> = {
  memory: async (confirmation) => {
    const db = openMemoryDatabases({ modules: [ledgerModule], ...(confirmation && { confirmation }) })
    clean.push(() => db.close())
    return db
  },
  files: async (confirmation) => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsify-log-'))
    clean.push(() => rmSync(folder, { recursive: true, force: true }))
    const db = await openDatabases({
      folder,
      shards: 2,
      writerUrl: new URL('../fixtures/ledger-writer.ts', import.meta.url),
      reportBug: console.error,
      onWriterLost: () => {},
      ...(confirmation && { confirmation }),
    })
    clean.push(() => db.close())
    return db
  },
}

for (const [name, open] of Object.entries(twins)) {
  describe(`an organization's log (${name})`, () => {
    const setup = async (confirmation?: Confirmation) => {
      const db = await open(confirmation)
      const id = newOrganizationId()
      await db.write(openAccount, id, { id })
      const add = (entry: string) => db.write(addEntry, id, { id: entry, text: 'x' })
      const recent = (subject: string, rowsMax = 100) =>
        db.log.recent(id, { subject, kinds: [entryAdded.kind], rowsMax })
      return { db, id, add, recent }
    }

    test('begins at nothing, and tells what there is about one subject, in order', async () => {
      const { db, id, add, recent } = await setup()
      expect(db.log.head(id).sequence).toBe(0)
      expect(recent('a')).toEqual({ head: db.log.head(id), after: db.log.head(id), changes: [] })
      for (const entry of ['a', 'b', 'c']) await add(entry)
      const { incarnation, sequence } = db.log.head(id)
      expect(sequence).toBe(3)
      expect(recent('b').changes.map((change) => [change.subject, change.sequence])).toEqual([['b', 2]])
      expect(recent('b').after).toEqual({ incarnation, sequence: 0 })
      expect(db.log.recent(id, { subject: 'b', kinds: ['another'], rowsMax: 9 }).changes).toEqual([])
    })

    test('looks back over so many rows, and says from where it is whole', async () => {
      const { add, recent } = await setup()
      for (const entry of ['a', 'b', 'c', 'd']) await add(entry)
      expect(recent('b', 2)).toMatchObject({ after: { sequence: 2 }, changes: [] })
      expect(recent('b', 3)).toMatchObject({ after: { sequence: 1 }, changes: [{ sequence: 2 }] })
    })

    test('is of one organization', async () => {
      const { db, add, recent } = await setup()
      const other = newOrganizationId()
      await db.write(openAccount, other, { id: other })
      await db.write(addEntry, other, { id: 'a', text: 'theirs' })
      await add('b')
      expect(recent('a').changes).toEqual([])
      expect(recent('b').changes).toHaveLength(1)
    })

    test('holds nothing that is not confirmed', async () => {
      const decide = [Promise.resolve(), Promise.resolve()]
      const held = Promise.withResolvers<void>()
      const { db, id, add, recent } = await setup({ wait: () => decide.shift() ?? held.promise })
      await add('a')
      const applied = new Promise<void>((resolve) => db.changes.onApplied(entryAdded, () => resolve()))
      const written = add('b')
      await applied
      expect(db.log.head(id).sequence).toBe(1)
      expect(recent('b')).toMatchObject({ head: { sequence: 1 }, changes: [] })
      held.resolve()
      await written
      expect(db.log.head(id).sequence).toBe(2)
      expect(recent('b').changes).toHaveLength(1)
    })
  })
}

test('a log that was pruned says from where it is whole, and its sequence goes on', async () => {
  let nowMs = 1_000
  const db = openMemoryDatabases({ modules: [ledgerModule], nowMs: () => nowMs })
  const id = newOrganizationId()
  await db.write(openAccount, id, { id })
  const recent = () => db.log.recent(id, { subject: 'a', kinds: [entryAdded.kind], rowsMax: 100 })
  const pruneAll = async () => {
    for (const name of db.names) await db.writeTo(name, prune, { rowsMax: 100 })
  }
  await db.write(addEntry, id, { id: 'a', text: 'x' })
  nowMs += 8 * 24 * 3_600_000
  await db.write(addEntry, id, { id: 'b', text: 'x' })
  await pruneAll()
  expect(recent()).toMatchObject({ head: { sequence: 2 }, after: { sequence: 1 }, changes: [] })
  nowMs += 8 * 24 * 3_600_000
  await pruneAll()
  expect(recent()).toMatchObject({ head: { sequence: 2 }, after: { sequence: 2 }, changes: [] })
  await db.close()
})
