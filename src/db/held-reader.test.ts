import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { HeldReader } from './held-reader.ts'

let folder: string
let writer: Database
let reader: HeldReader

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-held-'))
  writer = new Database(join(folder, 'a.db'), { create: true, readwrite: true })
  writer.run('PRAGMA journal_mode = WAL')
  writer.run('CREATE TABLE counter (n INTEGER)')
  writer.run('INSERT INTO counter VALUES (0)')
  reader = new HeldReader(
    (database) => join(folder, `${database}.db`),
    () => false,
  )
})
afterEach(() => {
  reader.close()
  writer.close()
  rmSync(folder, { recursive: true, force: true })
})

const count = () => reader.read('a', (tx) => tx.all<{ n: number }>(sql`SELECT n FROM counter`))[0]?.n
const write = () => writer.run('UPDATE counter SET n = n + 1')

test('reads share a snapshot until the database is known to have moved', () => {
  expect(count()).toBe(0)
  write()
  expect(count()).toBe(0)
  reader.roll('a')
  expect(count()).toBe(1)
})

test('what comes is let in: nobody holds until it is here, each read sees the newest, then they share again', () => {
  expect(count()).toBe(0)
  reader.letIn()
  write()
  expect(count()).toBe(1)
  write()
  expect(count()).toBe(2)
  reader.roll('a')
  expect(count()).toBe(2)
  write()
  expect(count()).toBe(2)
})

test('who writes knows the newest commit that a read has seen, also before its notice is heard', () => {
  const commit = (number: number) => writer.run('INSERT INTO commits VALUES (3, ?, 0)', [number])
  const primary = new HeldReader(
    (database) => join(folder, `${database}.db`),
    () => true,
  )
  const look = () => primary.read('a', (tx) => tx.all(sql`SELECT n FROM counter`))
  try {
    look()
    expect(primary.seen).toBeUndefined()
    primary.roll('a')
    writer.run('CREATE TABLE commits (epoch INTEGER, number INTEGER, at_ms INTEGER)')
    commit(7)
    look()
    commit(8)
    look()
    expect(primary.seen).toEqual({ epoch: 3, number: 7 })
    primary.roll('a')
    expect(primary.seen).toEqual({ epoch: 3, number: 7 })
    look()
    expect(primary.seen).toEqual({ epoch: 3, number: 8 })
  } finally {
    primary.close()
  }
})

test('where the newest commit cannot be read nothing is left open: the next read works', () => {
  const primary = new HeldReader(
    (database) => join(folder, `${database}.db`),
    () => true,
  )
  const look = () => primary.read('a', (tx) => tx.all(sql`SELECT n FROM counter`))
  try {
    writer.run('CREATE TABLE commits (something INTEGER)')
    expect(look).toThrow('no such column')
    writer.run('DROP TABLE commits')
    expect(look()).toEqual([{ n: 0 }])
  } finally {
    primary.close()
  }
})
