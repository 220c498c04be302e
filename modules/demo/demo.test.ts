import { afterEach, describe, expect, test } from 'bun:test'
import { newGlobalId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { Capsules } from '../capsule/capsules.ts'
import { Documents } from '../capsule/documents.ts'
import { capsuleMigrations } from '../capsule/migrations.ts'
import { capsuleOperations } from '../capsule/operations.ts'
import { Publications } from '../capsule/publication.ts'
import { Responses } from '../capsule/responses.ts'
import { mediaMigrations } from '../media/migrations.ts'
import { mediaOperations } from '../media/operations.ts'
import { Keys, Organizations, permissions } from '../organization/index.ts'
import { organizationMigrations } from '../organization/migrations.ts'
import { organizationOperations } from '../organization/operations.ts'
import { demoCapsules } from './capsules.ts'
import { type DemoParts, fillDemo } from './demo.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const origin = 'http://localhost:3000'

async function setup() {
  const db = openMemoryDatabases({
    modules: [
      { migrations: organizationMigrations, operations: organizationOperations },
      { migrations: mediaMigrations, operations: mediaOperations },
      { migrations: capsuleMigrations, operations: capsuleOperations },
    ],
  })
  const jobs = new JobRunner({ databases: db, log: { warn: () => {}, error: () => {} } })
  const organizations = new Organizations(db, jobs)
  await jobs.start()
  closing.push(() => jobs.close())
  const documents = new Documents(db)
  const capsules = new Capsules(db)
  const people = new Map<string, { userId: string; password: string }>()
  let minute = 0
  const parts = {
    identity: {
      async ensurePerson({ email, name, password }: { email: string; name: string; password: string }) {
        const userId = people.get(email)?.userId ?? newGlobalId('usr')
        people.set(email, { userId, password })
        return { userId, email, name }
      },
    },
    organizations,
    keys: new Keys(db),
    capsules,
    publications: new Publications(db, capsules, documents),
    responses: new Responses(db, documents),
    origin,
    secret: 'a secret of the test, long enough',
    nowMs: () => Date.UTC(2027, 0, 1, 0, minute++),
  } satisfies DemoParts
  const northlight = () => {
    const found = organizations.bySlug('northlight')
    if (found === undefined) throw new Error('There is no demo.')
    return found.id
  }
  return { parts, people, northlight }
}

describe('the demo', () => {
  test('publishes every capsule, at the address it tells', async () => {
    const { parts, northlight } = await setup()
    const steps: string[] = []
    const demo = await fillDemo(parts, (step, done, outOf) => steps.push(`${done}/${outOf} ${step}`))
    expect(demo).toMatchObject({ origin, organization: 'northlight', email: 'demo@northlight.example' })
    expect(demo.capsules.length).toBeGreaterThanOrEqual(6)
    for (const { id, url } of demo.capsules) {
      const [, , , organization, slug = ''] = url.split('/')
      expect(organization).toBe('northlight')
      expect(parts.publications.at(northlight(), slug)).toMatchObject({ state: 'found', capsuleId: id, version: 1 })
    }
    expect(steps).toHaveLength(demo.capsules.length + 2)
    expect(steps.at(-1)).toStartWith(`${steps.length}/${steps.length} `)
  })

  test('has answers: the totals are those that were given', async () => {
    const { parts } = await setup()
    const demo = await fillDemo(parts)
    const definitions = demoCapsules(origin)
    for (const [n, { answers }] of definitions.entries()) {
      for (const { block, values } of answers) {
        const { total } = parts.responses.totals(demo.capsules[n]?.id ?? '', block)
        expect(total).toBe(values.reduce((sum, [, visitors]) => sum + visitors, 0))
      }
    }
    const tour = demo.capsules[0]?.id ?? ''
    expect(parts.responses.totals(tour, 'place').choices).toEqual({ office: 64, school: 38, library: 29 })
  })

  test('twice is once, but for the key', async () => {
    const { parts, northlight } = await setup()
    const first = await fillDemo(parts)
    const listed = () => parts.capsules.list(northlight(), { limit: 100 }).items.map(({ updatedMs: _, ...row }) => row)
    const before = listed()
    const second = await fillDemo(parts)
    expect({ ...second, apiKey: first.apiKey }).toEqual(first)
    expect(second.apiKey).not.toBe(first.apiKey)
    expect(listed()).toEqual(before)
    expect(parts.responses.totals(first.capsules[0]?.id ?? '', 'place').total).toBe(131)
  })

  test('two at once make one', async () => {
    const { parts, northlight } = await setup()
    const [one, other] = await Promise.all([fillDemo(parts), fillDemo(parts)])
    expect(one.capsules).toEqual(other.capsules)
    expect(parts.capsules.list(northlight(), { limit: 100 }).items).toHaveLength(one.capsules.length)
  })

  test('keys may do everything; the newest five stay', async () => {
    const { parts, northlight } = await setup()
    const keys: string[] = []
    for (let n = 0; n < 7; n++) keys.push((await fillDemo(parts)).apiKey)
    const other = await parts.keys.create(northlight(), { name: 'mine', scopes: ['capsules:read'], createdBy: 'usr' })
    keys.push((await fillDemo(parts)).apiKey)
    expect(keys.map((key) => parts.keys.find(key) !== undefined)).toEqual([0, 0, 0, 1, 1, 1, 1, 1].map(Boolean))
    expect(parts.keys.find(keys.at(-1) ?? '')?.scopes).toEqual([...permissions])
    expect(parts.keys.find(other.key)).toBeDefined()
    const names = parts.keys.list(northlight(), 100).items.map((one) => one.name)
    expect(names.at(-1)).toBe('demo 2027-01-01 00:07:00')
  })

  test('the password is stable, and another server’s is another', async () => {
    const { parts, people } = await setup()
    const { email, password } = await fillDemo(parts)
    expect(password).toMatch(/^[\w-]{20}$/)
    expect(people.get(email)?.password).toBe(password)
    expect((await fillDemo(parts)).password).toBe(password)
    expect((await fillDemo({ ...parts, secret: 'the secret of another server, longer' })).password).not.toBe(password)
  })

  test('what was changed, renamed, archived or taken down comes back, and nobody’s work is lost', async () => {
    const { parts, northlight } = await setup()
    const { capsules } = await fillDemo(parts)
    const [edited = '', renamed = '', archived = '', hidden = '', deleted = ''] = capsules.map((one) => one.id)
    const id = northlight()
    const mine = { format: 1, pages: [{ id: 'mine', blocks: [{ id: 'h', type: 'heading', text: 'Mine' }] }] }
    await parts.capsules.saveDraft(id, edited, null, mine)
    await parts.capsules.change(id, renamed, { slug: 'another-name' })
    await parts.capsules.move(id, archived, 'archive')
    await parts.publications.unpublish(id, hidden)
    await parts.capsules.move(id, deleted, 'delete')
    const again = await fillDemo(parts)
    expect(again.capsules.slice(0, 4).map((one) => one.id)).toEqual([edited, renamed, archived, hidden])
    expect(again.capsules[1]?.url).toBe(`${origin}/northlight/another-name`)
    expect(again.capsules[4]?.id).not.toBe(deleted)
    for (const one of again.capsules) expect(parts.capsules.get(id, one.id).state).toBe('published')
    expect(parts.capsules.draft(id, edited).document.pages[0]?.id).toBe('start')
    const kept = parts.capsules.list(id, { limit: 100 }).items.filter((one) => one.title.endsWith('(copy)'))
    expect(kept.map((one) => parts.capsules.draft(id, one.id).document.pages[0]?.id)).toEqual(['mine'])
  })

  test('somebody else’s organization at its address is left alone', async () => {
    const { parts } = await setup()
    const stranger = { userId: newGlobalId('usr'), email: 'a@example.com', name: 'A' }
    const theirs = await parts.organizations.create(stranger, { name: 'Northlight', slug: 'northlight' })
    await expect(fillDemo(parts)).rejects.toThrow('belongs to an organization')
    expect(parts.capsules.list(theirs.id, { limit: 10 }).items).toEqual([])
  })
})
