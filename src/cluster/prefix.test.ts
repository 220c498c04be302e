import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type CommitRow, readCommitRows } from '../db/commits.ts'
import { Committer } from '../db/committer.ts'
import { openForWriting } from '../db/connection.ts'
import { admit, kernelModule } from '../db/kernel-operations.ts'
import { comparePositions, origin, type Position } from '../db/position.ts'
import { PrefixReader } from './node-prefix.ts'
import { prefixOf } from './prefix.ts'

const names = ['directory', 'shard-000', 'shard-001']

/** One commit as a replica receives it: the table `commits` of its database after it, and what was confirmed when it was made. */
interface Shipped {
  readonly database: string
  readonly position: Position
  readonly rows: readonly CommitRow[]
  readonly confirmed: Position
}

type Step = { readonly commit: number } | { readonly confirm: number } | { readonly begin: true }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ commit: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ confirm: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.constant({ begin: true as const }) },
  ),
  { maxLength: 40 },
)

/** Plays the steps on a real committer; what is shipped is read from its real tables. The first three are what all begin with. */
function history(plan: readonly Step[]): Shipped[] {
  const files = new Map<string, Database>()
  const shipped: Shipped[] = []
  let [confirmed, epoch, call] = [origin, 1, 0]
  const committer = new Committer({
    modules: [kernelModule],
    shards: 2,
    epoch,
    mode: 'cluster',
    nowMs: () => 0,
    open: (name) => {
      const sqlite = new Database(':memory:', { strict: true })
      files.set(name, sqlite)
      return sqlite
    },
  })
  const ship = (database: string) => {
    const sqlite = files.get(database)
    if (sqlite === undefined) throw new Error(database)
    const rows = readCommitRows(sqlite)
    const last = rows.at(-1) ?? { ...origin, others: {} }
    shipped.push({ database, position: { epoch: last.epoch, number: last.number }, rows, confirmed })
  }
  const begin = () => {
    for (const { database } of committer.begin(epoch)) ship(database)
  }
  for (const name of names) ship(name)
  begin()
  for (const step of plan) {
    if ('commit' in step) {
      const input = { node: 'a', nonce: `nonce-${call}` }
      const database = names[step.commit] ?? 'directory'
      const operation = database === 'directory' ? admit.name : 'kernel.prune'
      const call_ = { call: call++, operation, organizationId: null, operationId: null, database }
      committer.run([{ ...call_, input: operation === admit.name ? input : { rowsMax: 1 } }], (notice) => {
        if (notice.committed) ship(notice.database)
      })
    } else if ('confirm' in step) {
      const word = shipped.at(-1 - step.confirm)?.position ?? confirmed
      confirmed = comparePositions(word, confirmed) > 0 ? word : confirmed
      committer.confirm(confirmed)
    } else {
      epoch++
      begin()
    }
  }
  committer.close()
  return shipped
}

/** G7 by its words: the last position up to which nothing is missing. */
function bruteForce(all: readonly Shipped[], held: ReadonlySet<Shipped>): Position {
  let prefix = origin
  for (const commit of all.toSorted((a, b) => comparePositions(a.position, b.position))) {
    if (!held.has(commit)) return prefix
    prefix = commit.position
  }
  return prefix
}

function rowsOf(held: ReadonlyMap<string, Shipped>): Map<string, readonly CommitRow[]> {
  return new Map([...held].map(([name, { rows }]) => [name, rows]))
}

describe('G7 the prefix', () => {
  test('is what the words say and never falls, in whatever order databases arrive, at or above what is confirmed', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(2), { maxLength: 200 }), (plan, order) => {
        const all = history(plan)
        const base = all.slice(0, names.length)
        const queues = names.map((name) => all.slice(names.length).filter(({ database }) => database === name))
        const held = new Set<Shipped>(base)
        const newest = new Map<string, Shipped>(base.map((shipped) => [shipped.database, shipped]))
        let before = origin
        let confirmed = origin
        for (const which of [...order, ...all.flatMap(() => [0, 1, 2])]) {
          const next = queues[which]?.shift()
          if (next === undefined) continue
          held.add(next)
          newest.set(next.database, next)
          if (comparePositions(next.confirmed, confirmed) > 0) confirmed = next.confirmed
          const [prefix, expected] = [prefixOf(rowsOf(newest)), bruteForce(all, held)]
          // A node behind the confirmed position may see less than it holds (G8), never more.
          expect(comparePositions(prefix, expected)).toBeLessThanOrEqual(0)
          if (comparePositions(expected, confirmed) >= 0) {
            expect(prefix).toEqual(expected)
            expect(comparePositions(prefix, before)).toBeGreaterThanOrEqual(0)
            before = prefix
          }
        }
        expect(prefixOf(rowsOf(newest))).toEqual(all.at(-1)?.position ?? origin)
      }),
      { numRuns: 150 },
    )
  })

  test('G8 the row at the confirmed number is needed', () => {
    const row = (number: number, others: Record<string, Position>): CommitRow => ({ epoch: 1, number, others })
    const at = (number: number) => ({ epoch: 1, number })
    // 9 (b), 10 (a, confirmed), 11 (b), 12 (a): this node has 9, 10 and 12.
    const b = [row(9, { a: at(8) })]
    const kept = [row(10, { b: at(9) }), row(12, { b: at(11) })]
    expect(
      prefixOf(
        new Map([
          ['a', kept],
          ['b', b],
        ]),
      ),
    ).toEqual(at(10))
    expect(
      prefixOf(
        new Map([
          ['a', kept.slice(1)],
          ['b', b],
        ]),
      ),
    ).toEqual(at(9))
  })

  test('G6 a longer tail of an older epoch does not hide a hole', () => {
    const a: CommitRow[] = [{ epoch: 2, number: 20, others: { b: { epoch: 2, number: 19 } } }]
    const tail: CommitRow[] = [{ epoch: 1, number: 25, others: { a: origin } }]
    expect(
      prefixOf(
        new Map([
          ['a', a],
          ['b', tail],
        ]),
      ),
    ).toEqual({ epoch: 1, number: 25 })
  })

  test('is (0, 0) without rows', () => {
    expect(prefixOf(new Map([['a', []]]))).toEqual(origin)
  })

  test('is read from files, with the nonce of a learner', () => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsify-prefix-'))
    try {
      const committer = new Committer({
        modules: [kernelModule],
        shards: 2,
        epoch: 3,
        mode: 'cluster',
        nowMs: () => 0,
        open: (name) => openForWriting(join(folder, `${name}.db`), 'disk'),
      })
      const last = committer.begin(3).at(-1)
      const reader = new PrefixReader(folder)
      expect(reader.read()).toEqual({ epoch: 3, number: last?.number ?? 0 })
      const input = { node: 'b', nonce: 'nonce-of-b' }
      committer.run(
        [{ call: 1, operation: admit.name, organizationId: null, operationId: null, database: null, input }],
        () => {},
      )
      expect(reader.read()).toEqual({ epoch: 3, number: (last?.number ?? 0) + 1 })
      expect(reader.holdsNonce('b', 'nonce-of-b')).toBe(true)
      expect(reader.holdsNonce('b', 'nonce-of-another-start')).toBe(false)
      reader.close()
      committer.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
