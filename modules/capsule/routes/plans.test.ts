import { expect, test } from 'bun:test'
import { documentOf, openHouse } from '../../../test/fixtures/capsule-house.ts'
import { purgeDeletedCapsules } from '../purge.ts'

const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
]
const poll = { id: 'poll', type: 'poll', question: 'Which?', choices }

test('every statement behind these addresses has an index', async () => {
  let nowMs = Date.UTC(2027, 0, 1)
  const { our, call, db, jobs, plans, bugs } = await openHouse({ nowMs: () => nowMs })
  purgeDeletedCapsules(db, jobs)
  const { body } = await our('POST', '/capsules', { title: 'One', draft: documentOf(poll) })
  const at = `/capsules/${body.id}`
  const file = { format: 'encapsify-capsule', version: 1, title: 'Two', document: documentOf(poll) }
  const steps: [string, string, unknown?][] = [
    ['POST', `${at}/publication`],
    ['PUT', `${at}/draft`, documentOf()],
    ['POST', `${at}/publication`],
    ['POST', '/capsules/import', file],
    ['PATCH', at, { title: 'Other', slug: 'other', theme: { mode: 'dark' } }],
    ['POST', `${at}/copies`],
    ['GET', at],
    ['GET', '/capsules?limit=2'],
    ['GET', '/capsules?q=one&limit=2&cursor=cap_x'],
    ['GET', '/capsules?q=one&state=draft'],
    ['GET', '/capsules?state=published&cursor=cap_x'],
    ['GET', `${at}/draft`],
    ['GET', `${at}/export`],
    ['GET', `${at}/versions?cursor=9`],
    ['GET', `${at}/versions`],
    ['GET', `${at}/versions/1`],
    ['GET', `${at}/versions/1/diff?against=2`],
    ['POST', `${at}/versions/1/restoration`],
    ['GET', `${at}/responses?cursor=1`],
    ['GET', `${at}/responses?block=poll`],
    ['GET', `${at}/results`],
    ['GET', `${at}/responses.csv?block=poll`],
    ['POST', `${at}/archival`],
    ['DELETE', `${at}/archival`],
    ['DELETE', `${at}/publication`],
    ['DELETE', at],
    ['POST', `${at}/restoration`],
    ['DELETE', at],
  ]
  for (const [n, [method, path, json]] of steps.entries()) {
    const { status, text } = await our(method, path, json, {
      'if-match': '*',
      'idempotency-key': `key-${n}`,
    })
    expect(`${method} ${path}: ${status < 300 ? 'done' : text}`).toBe(`${method} ${path}: done`)
    if (path !== `${at}/publication`) continue
    const answer = { id: 'answer-0123456789', version: 1, block: 'poll', value: ['a'] }
    await call(undefined, 'POST', `${at}/responses`, { json: answer })
  }
  nowMs += 31 * 24 * 3_600_000
  await jobs.settled()
  expect((await our('GET', at)).status).toBe(404)
  expect(bugs).toEqual([])
  expect(plans.count).toBeGreaterThan(50)
  // `seen` is what a search looks through: a bounded part of an index.
  expect(plans.scans(['seen'])).toEqual([])
})
