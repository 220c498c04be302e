import { expect, test } from 'bun:test'
import { addEntry, followUp, ledgerModule, openAccount } from '../../test/fixtures/ledger-module.ts'
import { newOrganizationId } from '../db/ids.ts'
import { openMemoryDatabases } from '../db/memory.ts'
import { JobRunner } from './jobs.ts'

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
