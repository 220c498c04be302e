import { expect, test } from 'bun:test'
import { documentOf, openHouse } from '../../test/fixtures/capsule-house.ts'
import { capsuleChanged } from './events.ts'
import { deletedKeptMs } from './operations/lifecycle.ts'
import { type Forget, purgeDeletedCapsules } from './purge.ts'

const poll = {
  id: 'poll',
  type: 'poll',
  question: 'Which?',
  choices: [
    { id: 'a', text: 'A' },
    { id: 'b', text: 'B' },
  ],
}
const tables = ['capsule', 'draft', 'version', 'slug_redirect', 'response', 'response_once', 'response_total']

const opened = () => openedWith()

async function openedWith(...forgets: Forget[]) {
  const clock = { nowMs: Date.UTC(2027, 0, 1) }
  const house = await openHouse({ nowMs: () => clock.nowMs })
  purgeDeletedCapsules(house.db, house.jobs, forgets)
  const { db, our, ours, jobs } = house
  const rows = () =>
    db.read(ours.organizationId, (tx) =>
      Object.fromEntries(
        tables.map((table) => [table, tx.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n]),
      ),
    )
  const later = async (ms: number) => {
    clock.nowMs += ms
    await jobs.settled()
  }
  const make = async (title: string, answers: number) => {
    const { body } = await our('POST', '/capsules', { title, draft: documentOf(poll) })
    await our('POST', `/capsules/${body.id}/publication`)
    await Promise.all(
      Array.from({ length: answers }, (_, n) =>
        house.responses.submit(body.id, { id: `answer-${1e9 + n}`, version: 1, block: 'poll', value: ['a'] }, `v${n}`),
      ),
    )
    await our('PATCH', `/capsules/${body.id}`, { slug: `${body.slug}-renamed` })
    return `/capsules/${body.id}`
  }
  return { ...house, clock, rows, later, make }
}

test('what was deleted goes for ever after 30 days, whole and alone', async () => {
  const { our, make, later, rows, jobs, db } = await opened()
  const purged: string[] = []
  db.changes.onApplied(capsuleChanged, (change) => {
    if (change.payload.what === 'purged') purged.push(change.subject)
  })
  const kept = await make('Kept', 2)
  const alone = rows()
  const gone = await make('Gone', 700)
  await our('DELETE', gone)
  await later(deletedKeptMs)
  expect(rows().response).toBe(702)
  await later(1)
  expect(rows()).toEqual(alone)
  expect(purged).toEqual([gone.slice('/capsules/'.length)])
  expect((await our('POST', `${gone}/restoration`)).status).toBe(404)
  expect((await our('GET', kept)).status).toBe(200)
  expect(jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
})

test('what came back stays; deleted again, it has its 30 days again', async () => {
  const { our, make, later, rows } = await opened()
  const at = await make('Mine', 1)
  await our('DELETE', at)
  await later(deletedKeptMs / 2)
  expect((await our('POST', `${at}/restoration`)).body).toMatchObject({ state: 'published' })
  await our('DELETE', at)
  await later(deletedKeptMs / 2 + 1)
  expect(rows().capsule).toBe(1)
  await later(deletedKeptMs / 2 - 1)
  expect(rows().capsule).toBe(1)
  await later(1)
  expect(rows().capsule).toBe(0)
})

test('a deletion that is too old can not be undone, also while its rows are still there', async () => {
  const clock = { nowMs: Date.UTC(2027, 0, 1) }
  const { our } = await openHouse({ nowMs: () => clock.nowMs })
  const { body } = await our('POST', '/capsules', { title: 'Mine' })
  await our('DELETE', `/capsules/${body.id}`)
  clock.nowMs += deletedKeptMs + 1
  expect((await our('POST', `/capsules/${body.id}/restoration`)).status).toBe(410)
})

test('what others keep of it goes in the same job: one that was cut short is done again', async () => {
  const forgotten: string[] = []
  const { our, make, later, jobs, clock } = await openedWith(async (id) => {
    forgotten.push(id)
    if (forgotten.length === 1) throw new Error('as asked')
  })
  const gone = await make('Gone', 1)
  await our('DELETE', gone)
  await later(deletedKeptMs + 1)
  expect(forgotten.length).toBe(1)
  clock.nowMs += 60_000
  await jobs.settled()
  expect(forgotten).toEqual([gone.split('/')[2], gone.split('/')[2]] as string[])
  expect(jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
})
