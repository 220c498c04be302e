import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { Arrivals } from './arrivals.ts'
import { ChangeTail } from './change-tail.ts'
import { kernelMigrations } from './migrations.ts'
import { defineChange } from './operation.ts'
import type { Position } from './position.ts'
import type { Reader } from './reader.ts'

/** Two databases of a node that does not write: rows appear in them as LiteFS would bring them. */
const noted = defineChange('test.noted', Type.Object({ text: Type.String() }))
const names = ['directory', 'shard-000'] as const
type Name = (typeof names)[number]

let databases: Map<string, Database>
let arrivals: Arrivals
let applied: string[]
let confirmed: string[]
let resets: number

beforeEach(() => {
  databases = new Map(names.map((name) => [name, new Database(':memory:', { strict: true })]))
  const common = kernelMigrations.shard[0]?.sql ?? ''
  for (const database of databases.values()) database.run(common)
  const reader: Reader = {
    read: (name, work) => work(drizzle(open(name))),
    roll: () => {},
    close: () => {},
  }
  const tail = new ChangeTail(reader, (error) => {
    throw error
  })
  ;[applied, confirmed, resets] = [[], [], 0]
  tail.onApplied(noted, ({ payload }) => applied.push(payload.text))
  tail.onConfirmed(noted, ({ payload }) => confirmed.push(payload.text))
  arrivals = new Arrivals(reader, tail, () => resets++)
})
afterEach(() => {
  for (const database of databases.values()) database.close()
})

function open(name: string): Database {
  const database = databases.get(name)
  if (database === undefined) throw new Error(`no ${name}`)
  return database
}

/** A commit arrives: its row, with what it names of the other database, and a change. */
function arrive(name: Name, position: Position, text?: string, other: Position = { epoch: 0, number: 0 }): void {
  const others = { [name === 'directory' ? 'shard-000' : 'directory']: [other.epoch, other.number] }
  open(name)
    .query('INSERT INTO commits (epoch, number, at_ms, others) VALUES (?, ?, 0, ?)')
    .run(position.epoch, position.number, JSON.stringify(others))
  if (text !== undefined) {
    open(name)
      .query(
        `INSERT INTO change (organization_id, incarnation, sequence, kind, subject, payload, at_ms, commit_number)
         VALUES ('', 1, ?, 'test.noted', 's', ?, 0, ?)`,
      )
      .run(position.number, JSON.stringify({ text }), position.number)
  }
  arrivals.arrive(name)
}

/** The primary's log replaces what this node had: its rows from this position on are gone. */
function forget(name: Name, from: number): void {
  open(name).query('DELETE FROM commits WHERE number >= ?').run(from)
  open(name).query('DELETE FROM change WHERE commit_number >= ?').run(from)
}

const at = (epoch: number, number: number): Position => ({ epoch, number })

test('G7 the prefix stays below a hole until it is filled', () => {
  arrive('directory', at(1, 1))
  arrive('shard-000', at(1, 2), undefined, at(1, 1))
  expect(arrivals.prefix).toEqual(at(1, 2))
  arrive('shard-000', at(1, 4), undefined, at(1, 3))
  expect(arrivals.prefix).toEqual(at(1, 2))
  arrive('directory', at(1, 3), undefined, at(1, 2))
  expect(arrivals.prefix).toEqual(at(1, 4))
})

test('G37 caches hear at once, listeners when it is confirmed', () => {
  arrive('directory', at(1, 1), 'a')
  arrive('directory', at(1, 2), 'b')
  expect([applied, confirmed]).toEqual([['a', 'b'], []])
  arrivals.confirm(at(1, 1))
  expect(confirmed).toEqual(['a'])
  arrivals.confirm(at(1, 2))
  expect(confirmed).toEqual(['a', 'b'])
  // What is confirmed before it arrives waits for nothing.
  arrivals.confirm(at(1, 9))
  arrive('directory', at(1, 3), 'c')
  expect(confirmed).toEqual(['a', 'b', 'c'])
})

test("G37 the word of a newer epoch says nothing of an older one's tail", () => {
  arrive('directory', at(1, 5), 'tail')
  arrivals.confirm(at(2, 9))
  expect(confirmed).toEqual([])
})

test('G38 what stands when the epoch changes is told with the first row of the new one', () => {
  arrive('directory', at(1, 5), 'stands')
  arrive('directory', at(2, 6))
  expect([resets, confirmed]).toEqual([0, []])
  arrivals.confirm(at(2, 6))
  expect([resets, confirmed]).toEqual([0, ['stands']])
})

test('G38 what no longer stands is never told, and everything cached is dropped', () => {
  arrive('directory', at(1, 5), 'stands')
  arrivals.confirm(at(1, 5))
  arrive('directory', at(1, 6), 'gone')
  forget('directory', 6)
  arrive('directory', at(2, 6), 'instead')
  expect(resets).toBe(1)
  arrivals.confirm(at(2, 6))
  expect(confirmed).not.toContain('gone')
  arrive('directory', at(2, 7), 'later')
  arrivals.confirm(at(2, 7))
  expect(confirmed.at(-1)).toBe('later')
})

test('G20 a node that becomes primary tells what it held before, once its own first word stands', () => {
  arrive('directory', at(1, 5), 'held')
  arrivals.confirm(at(2, 7), true)
  expect(confirmed).toEqual(['held'])
})

test('G38 what this node wrote itself and lost is found out, also when it first looks after it was replaced', () => {
  arrive('directory', at(1, 5), 'stands')
  arrivals.confirm(at(1, 5))
  arrivals.wrote('directory', at(2, 6))
  arrive('directory', at(3, 6), 'instead')
  expect(resets).toBe(1)
})

test('G37 a process that begins does not take for confirmed what it has not heard of', () => {
  const write = (position: Position, text: string) => {
    arrive('directory', position, text)
    confirmed.splice(0)
    applied.splice(0)
  }
  write(at(1, 5), 'kept')
  write(at(1, 6), 'tail')
  // The row of what is certainly confirmed was pruned, its change was not.
  open('directory').query('DELETE FROM commits WHERE number < 6').run()
  arrivals.begin('directory')
  expect([applied, confirmed]).toEqual([['tail'], []])
  arrivals.confirm(at(1, 6))
  expect(confirmed).toContain('tail')
})
