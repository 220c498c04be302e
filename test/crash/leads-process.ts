/** A process for the crash test of leads: records hot visits as fast as it is acknowledged, and tells of none. */
import { recordVisits } from '../../modules/analytics/operations/record.ts'
import { Organizations } from '../../modules/organization/index.ts'
import { openDatabases } from '../../src/db/files.ts'
import { newGlobalId, newId } from '../../src/db/ids.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { told } from '../fixtures/visits.ts'

const [folder = ''] = process.argv.slice(2)
const db = await openDatabases({
  folder,
  shards: 1,
  writerUrl: new URL('../../src/writer.ts', import.meta.url),
  reportBug: () => {},
  onWriterLost: () => process.exit(1),
})
const jobs = new JobRunner({ databases: db, log: { warn: () => {}, error: () => {} } })
const person = { userId: newGlobalId('usr'), email: 'ada@example.com', name: 'Ada' }
const made = new Organizations(db, jobs).create(person, { name: 'Ours', slug: 'our-team' })
await jobs.settled()
const { id: organization } = await made
const capsuleId = newId('cap', organization)
const acts = [
  ...[1, 2].map((n) => ({ n, kind: 'answer' as const, detail: 'vote' })),
  ...[3, 4].map((n) => ({ n, kind: 'chat' as const, detail: 'chat' })),
  { n: 5, kind: 'click' as const, detail: 'https://example.com/' },
]
let next = 0
const producer = async () => {
  for (;;) {
    const visitor = `visitor-${String(next++).padStart(8, '0')}`
    const beacon = told({ capsuleId, visitor, view: visitor, atMs: Date.now(), gone: true, acts })
    await db.write(recordVisits, organization, { beacons: [beacon] })
    process.stdout.write(`${visitor}\n`)
  }
}
await Promise.all(Array.from({ length: 20 }, producer))
