import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ledgerModule, openAccount } from '../../test/fixtures/ledger-module.ts'
import { Committer } from './committer.ts'
import { openForWriting } from './connection.ts'
import { kernelModule } from './kernel-operations.ts'
import { checkWhole } from './whole.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-whole-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const start = () =>
  new Committer({
    modules: [kernelModule, ledgerModule],
    shards: 2,
    epoch: 1,
    mode: 'alone',
    nowMs: Date.now,
    open: (name) => openForWriting(join(folder, `${name}.db`), 'disk'),
  })

/** A folder in which something was written to the directory. */
function fill(): void {
  const committer = start()
  const call = {
    operation: openAccount.name,
    organizationId: null,
    input: { id: 'a' },
    operationId: null,
    database: null,
  }
  committer.run([{ ...call, call: 1 }], () => {})
  committer.close()
}

test('a new folder and a whole one are', () => {
  checkWhole(folder)
  fill()
  checkWhole(folder)
})

test('a start that was cut before there were shards goes on', () => {
  start().close()
  rmSync(join(folder, 'shard-001.db'))
  checkWhole(folder)
})

test.each(['directory', 'shard-000', 'shard-001'])(
  '%s left behind is told by its name, and nothing is made',
  (name) => {
    fill()
    renameSync(join(folder, `${name}.db`), join(folder, 'aside'))
    expect(() => checkWhole(folder)).toThrow(`${name}.db is missing`)
    renameSync(join(folder, 'aside'), join(folder, `${name}.db`))
    checkWhole(folder)
  },
)

test('a directory that is no database is told as such', () => {
  writeFileSync(join(folder, 'directory.db'), 'x'.repeat(4_096))
  expect(() => checkWhole(folder)).toThrow('not a database')
})
