import { afterEach, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import { defineOperation } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import takingOver from '../migrations/shard/0004_spend.sql' with { type: 'text' }
import { spend, usage } from '../schema.ts'
import { openHouse } from '../testing/house.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Ledger } from './ledger.ts'

/** Once more what the migration does, over rows that are there. */
const takeOver = defineOperation({ name: 'test.take-over', database: 'shard', input: Type.Object({}) }, (tx) => {
  tx.run(sql.raw(takingOver))
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup() {
  const clock = new VirtualClock()
  const house = openHouse(undefined, { clock, operations: [takeOver] })
  closing.push(() => clock.run(house.close()))
  return { clock, house, team: await clock.run(house.team()) }
}

const entryOf = (id: string, atMs: number) => ({
  id,
  atMs,
  keyId: 'k',
  capsuleId: '',
  alias: 'talk',
  provider: 'a',
  model: 'm',
  inputTokens: 1,
  outputTokens: 1,
  costNano: 7,
  estimated: false,
  outcome: 'whole',
  tookMs: 1,
})

test('a burst is written by itself, in slices', async () => {
  const { clock, house, team } = await setup()
  for (let n = 0; n < 950; n++) house.ai.ledger.add(team.organizationId, entryOf(`use_${n}`, clock.nowMs()))
  expect(house.ai.ledger.waiting).toBe(950)
  await clock.pass(500)
  expect(house.ai.ledger.waiting).toBe(0)
})

test('while nothing can be written entries wait, and none is lost', async () => {
  const { clock, house, team } = await setup()
  let isFull = true
  const bugs: unknown[] = []
  const db: Pick<Databases, 'write'> = {
    write: (...call) => (isFull ? Promise.reject(new AppError('unavailable', 'Full.')) : house.db.write(...call)),
  }
  const ledger = new Ledger(db, clock, 'nod_x', (error) => void bugs.push(error))
  for (let n = 0; n < 250; n++) ledger.add(team.organizationId, entryOf(`use_${n}`, clock.nowMs()))
  await clock.pass(5_000)
  expect([ledger.waiting, ledger.lost]).toEqual([250, 0])
  isFull = false
  await clock.pass(5_000)
  expect([ledger.waiting, ledger.lost]).toEqual([0, 0])
  expect(house.db.read(team.organizationId, (tx) => tx.select().from(usage).all())).toHaveLength(250)
  expect(bugs.length).toBeGreaterThan(0)
})

test('what is written twice is counted once', async () => {
  const { clock, house, team } = await setup()
  const { ledger } = house.ai
  const entry = entryOf('use_x', clock.nowMs())
  ledger.add(team.organizationId, entry)
  await clock.run(ledger.flush())
  ledger.add(team.organizationId, entry)
  await clock.run(ledger.flush())
  const [hour] = house.db.read(team.organizationId, (tx) =>
    tx.all<{ requests: number; cost: number }>(sql`SELECT requests, cost_nano AS cost FROM ai_usage_hour`),
  )
  expect(hour).toEqual({ requests: 1, cost: 7 })
})

test('what was spent before budgets counted it is taken over from the hours, and never less than is known', async () => {
  const { clock, house, team } = await setup()
  for (const [id, keyId, costNano] of [
    ['a', 'k1', 7],
    ['b', 'k2', 5],
    ['c', 'k2', 0],
  ] as const) {
    house.ai.ledger.add(team.organizationId, { ...entryOf(id, clock.nowMs()), keyId, costNano })
  }
  const month = new Date(clock.nowMs()).toISOString().slice(0, 7)
  const { organizationId } = team
  house.ai.ledger.spend(organizationId, { scope: 'k1', day: `${month}-01`, spentNano: 90, returnedNano: 0 })
  await clock.run(house.ai.ledger.flush())
  await clock.run(house.db.write(takeOver, organizationId, {}))
  const rows = house.db.read(organizationId, (tx) => tx.select().from(spend).all())
  expect(rows.filter(({ period }) => period === month).map(({ scope, spentNano }) => [scope, spentNano])).toEqual([
    ['k1', 90],
    ['k2', 5],
    ['organization', 12],
  ])
})
