import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { addEntry, followUp, ledgerModule, openAccount } from '../../test/fixtures/ledger-module.ts'
import { newOrganizationId } from '../db/ids.ts'
import { openMemoryDatabases } from '../db/memory.ts'
import { JobRunner } from './jobs.ts'
import { discardJob, reviveJob } from './operations.ts'

const quiet = { warn: () => {}, error: () => {} }

async function setup() {
  const clock = { nowMs: 1_800_000_000_000 }
  const db = openMemoryDatabases({ modules: [ledgerModule], nowMs: () => clock.nowMs })
  const id = newOrganizationId(clock.nowMs)
  await db.write(openAccount, id, { id })
  const runner = () => new JobRunner({ databases: db, log: quiet, random: () => 0, nowMs: () => clock.nowMs })
  return { clock, db, id, runner }
}

test('a job that keeps failing backs off exponentially and is dead-lettered after its last attempt', async () => {
  const { clock, db, id, runner } = await setup()
  const jobs = runner()
  const attempts: number[] = []
  jobs.handle(followUp, async (_, { attempt }) => {
    attempts.push(attempt)
    throw new Error('as asked')
  })
  await db.write(addEntry, id, { id: 'a', text: 'x', followUp: true })
  for (const waitMs of [0, 499, 1, 999, 1, 3_600_000]) {
    clock.nowMs += waitMs
    await jobs.settled()
    attempts.push(0)
  }
  expect(attempts).toEqual([1, 0, 0, 2, 0, 0, 3, 0, 0])
  expect(jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 1 })
})

test('a lease that ended is taken over by another runner; a started one takes over at once', async () => {
  const { clock, db, id, runner } = await setup()
  const hung = runner()
  const begun = new Promise<void>((begin) => hung.handle(followUp, () => new Promise(() => begin())))
  await db.write(addEntry, id, { id: 'a', text: 'x', followUp: true })
  void hung.settled()
  await begun
  const early = runner()
  const ran: number[] = []
  early.handle(followUp, async (_, { attempt }) => void ran.push(attempt))
  await early.settled()
  expect(ran).toEqual([])
  clock.nowMs += followUp.leaseMs
  await early.settled()
  expect(ran).toEqual([2])
})

test('an interrupted process leaves its jobs to the next one', async () => {
  const { db, id, runner } = await setup()
  const killed = runner()
  const begun = new Promise<void>((begin) => killed.handle(followUp, () => new Promise(() => begin())))
  await db.write(addEntry, id, { id: 'a', text: 'x', followUp: true })
  void killed.settled()
  await begun
  const next = runner()
  const ran = new Promise<number>((resolve) => next.handle(followUp, async (_, { attempt }) => resolve(attempt)))
  await next.start()
  expect(await ran).toBe(2)
  await next.close()
})

test('a job of a kind that nobody handles wakes nobody', async () => {
  const { db, id, runner } = await setup()
  await db.write(addEntry, id, { id: 'a', text: 'x', followUp: true })
  const jobs = runner()
  const { commits } = db.stats
  await jobs.settled()
  expect(db.stats.commits).toBe(commits)
  expect(jobs.counts().waiting).toBe(1)
})

test('a dead job is tried anew from its first attempt, or given up for good', async () => {
  const { clock, db, id, runner } = await setup()
  const jobs = runner()
  const attempts: number[] = []
  let fails = true
  jobs.handle(followUp, async (_, { attempt }) => {
    attempts.push(attempt)
    if (fails) throw new Error('as asked')
  })
  const bury = async (entry: string) => {
    await db.write(addEntry, id, { id: entry, text: 'x', followUp: true })
    for (let n = 0; n < 3; n++) {
      await jobs.settled()
      clock.nowMs += 3_600_000
    }
    const database = db.names.find((name) => deadIn(name) !== undefined) ?? ''
    return { database, id: deadIn(database) ?? '' }
  }
  const deadIn = (name: string) =>
    db.readFrom(name, (tx) => tx.all<{ id: string }>(sql`SELECT id FROM job WHERE state = 'dead'`))[0]?.id
  const first = await bury('a')
  fails = false
  expect(await db.writeTo(first.database, reviveJob, { id: first.id })).toBe(true)
  await jobs.settled()
  expect(attempts).toEqual([1, 2, 3, 1])
  expect(await db.writeTo(first.database, reviveJob, { id: first.id })).toBe(false)
  fails = true
  const second = await bury('b')
  expect(await db.writeTo(second.database, discardJob, { id: second.id })).toBe(true)
  expect(jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
})

test('a kind with a limit of its own leaves room for the others', async () => {
  const { db, id, runner } = await setup()
  const jobs = runner()
  const running = { now: 0, most: 0 }
  const ends: (() => void)[] = []
  const begun: (() => void)[] = []
  jobs.handle({ ...followUp, concurrencyMax: 2 }, async () => {
    running.now++
    running.most = Math.max(running.most, running.now)
    begun.shift()?.()
    await new Promise<void>((end) => ends.push(end))
    running.now--
  })
  const two = [0, 1].map(() => new Promise<void>((resolve) => begun.push(resolve)))
  for (let n = 0; n < 5; n++) await db.write(addEntry, id, { id: `e${n}`, text: 'x', followUp: true })
  await jobs.start()
  await Promise.all(two)
  expect(jobs.counts()).toEqual({ waiting: 3, running: 2, dead: 0 })
  while (jobs.counts().waiting > 0) {
    const next = new Promise<void>((resolve) => begun.push(resolve))
    ends.shift()?.()
    await next
  }
  for (const end of ends) end()
  await jobs.close()
  expect(running).toEqual({ now: 0, most: 2 })
  expect(jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
})
