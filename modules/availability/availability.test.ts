import { afterEach, describe, expect, test } from 'bun:test'
import type { OrganizationId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { AppError } from '../../src/errors.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { writerModules } from '../../src/operations.ts'
import { Capsules, Documents, Publications } from '../capsule/index.ts'
import { Organizations } from '../organization/index.ts'
import { Availability } from './availability.ts'
import { promiseConditions } from './conditions.ts'
import { monthText, parseMonth } from './months.ts'
import { nameIn } from './record.ts'
import { standing } from './report.ts'

const origin = 'https://example.com'
const quiet = { warn: () => {}, error: () => {} }
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setUp(answer: (request: Request) => number = () => 200) {
  const asked: string[] = []
  const db = openMemoryDatabases({ modules: writerModules, shards: 2 })
  const jobs = new JobRunner({ databases: db, log: quiet })
  const organizations = new Organizations(db, jobs)
  const documents = new Documents(db)
  const capsules = new Capsules(db)
  const publications = new Publications(db, capsules, documents)
  await jobs.start()
  const availability = new Availability({
    ...{ databases: db, organizations, capsules, publications, origin, log: quiet },
    ...{ node: 'one', region: 'fra', isEdge: false },
  })
  availability.begin(async (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname.replace(/cap_\w+/, 'cap')}`)
    return new Response('', { status: answer(request) })
  })
  closing.push(async () => {
    await availability.close()
    await jobs.close()
    await db.close()
  })
  const made = await organizations.create(
    { userId: 'usr_one', email: 'one@example.com', name: 'One' },
    { name: 'Northlight', slug: 'northlight' },
  )
  return { availability, organizations, db, asked, made }
}

describe('availability', () => {
  test('is what visitors got and what the checks of the shard found, per organization and plan', async () => {
    const { availability, made } = await setUp()
    const { record } = availability
    for (let n = 0; n < 97; n++) record.note(`${origin}/northlight/tour`, 200)
    for (let n = 0; n < 2; n++) record.note(`${origin}/Northlight/tour`, 503)
    record.note(`${origin}/northlight/tour`, 404)
    record.note(`${origin}/nobody/tour`, 200)
    await availability.look()
    await availability.setPlan('northlight', 'enterprise')
    const row = availability.report.of(parseMonth(availability.month), made.id)
    expect(row).toMatchObject({ organization: 'northlight', plan: 'enterprise', promised: 0.9999 })
    expect(row).toMatchObject({ requests: 99, requestsFailed: 2, checks: 1, checksFailed: 0, availability: 0.98 })
    expect(row?.budgetLeft).toBeLessThan(0)
    // The organizations of the checks themselves were promised nothing.
    expect([...availability.report.all(parseMonth(availability.month))].map((one) => one.organization)).toEqual([
      'northlight',
    ])
    expect(availability.text(availability.month, 'csv').split('\r\n')[1]).toStartWith(
      `${availability.month},northlight,${made.id},enterprise,0.9999,0.98,`,
    )
  })

  test('a check opens, votes and asks in every shard; asking once an hour', async () => {
    const { availability, asked } = await setUp()
    await availability.look()
    const shards = ['shard-000', 'shard-001']
    expect(asked).toEqual(
      shards.flatMap((shard) => [
        `GET /encapsify-check-${shard}/check`,
        'POST /api/v1/capsules/cap/responses',
        'POST /api/v1/capsules/cap/questions',
      ]),
    )
    asked.length = 0
    await availability.look()
    expect(asked).toHaveLength(4)
  })

  test('the check capsules lie in their shards and are made once', async () => {
    const { availability, organizations, db } = await setUp()
    await availability.look()
    await availability.look()
    for (const [number, shard] of ['shard-000', 'shard-001'].entries()) {
      const id = organizations.bySlug(`encapsify-check-${shard}`)?.id as OrganizationId
      const placed = db.readDirectory((tx) =>
        tx.get<[number]>(`SELECT shard FROM placement WHERE organization_id = '${id}'`),
      )
      expect(placed).toEqual([number])
    }
  })

  test('a shard that does not take votes fails its check', async () => {
    const { availability, made } = await setUp((request) => (request.url.endsWith('/responses') ? 503 : 200))
    await availability.look()
    expect(availability.report.of(parseMonth(availability.month), made.id)).toMatchObject({
      checks: 1,
      checksFailed: 1,
    })
  })

  test('what cannot be stored waits, and is told of once it can', async () => {
    const { availability, db, made } = await setUp()
    await availability.look()
    const write = db.write.bind(db)
    db.write = async () => {
      throw new AppError('unavailable', 'Nobody is primary.')
    }
    availability.record.note(`${origin}/northlight/tour`, 503)
    await availability.look()
    availability.record.note(`${origin}/northlight/tour`, 503)
    db.write = write
    await availability.look()
    expect(availability.report.of(parseMonth(availability.month), made.id)).toMatchObject({
      requests: 2,
      requestsFailed: 2,
      checks: 3,
    })
  })

  test('whose address begins with what the house calls its own is refused', async () => {
    const { organizations } = await setUp()
    const person = { userId: 'usr_two', email: 'two@example.com', name: 'Two' }
    expect(organizations.create(person, { name: 'Check', slug: 'encapsify-check-shard-009' })).rejects.toThrow(
      'reserved',
    )
    expect(organizations.create(person, { name: 'Encapsify check' })).resolves.toMatchObject({
      slug: 'team-encapsify-check',
    })
  })
})

test('a request is its organization’s by slug or by id; anything else is nobody’s', () => {
  const id = `cap_${'0'.repeat(9)}0000abcdef${'0'.repeat(11)}`
  expect(nameIn(`${origin}/northlight/tour?page=2`)).toBe('northlight')
  expect(nameIn(`${origin}/api/v1/capsules/${id}/responses`)).toBe('org_0000abcdef')
  expect(nameIn(`${origin}/api/v1/capsules?limit=20`)).toBeUndefined()
  expect(nameIn(`${origin}/metrics`)).toBeUndefined()
  expect(nameIn(`${origin}//x`)).toBeUndefined()
  expect(nameIn(`${origin}/api/v1/capsules/${id}?x=1`)).toBe('org_0000abcdef')
  expect(nameIn(`${origin}/api/v1/capsules/cap_short/responses`)).toBeUndefined()
  expect(nameIn(`${origin}/api/v1/organizations/org_0000abcdef/members`)).toBe('org_0000abcdef')
})

test('budgets: untouched, spent, overspent', () => {
  const of = (good: number, bad: number) => standing('standard', { good, bad }, { good: 0, bad: 0 })
  expect(of(0, 0)).toMatchObject({ availability: null, budgetLeft: 1 })
  expect(of(1_000, 0).budgetLeft).toBe(1)
  expect(of(999, 1).budgetLeft).toBeCloseTo(0)
  expect(of(998, 2).budgetLeft).toBeCloseTo(-1)
})

test('a broken promise wakes somebody, one in danger is looked at, and few failures say nothing', () => {
  const row = (plan: 'standard' | 'enterprise', budgetLeft: number, requestsFailed = 20) => ({
    ...{ month: '2026-11', organizationId: 'org_1', organization: 'northlight', promised: 0.999, requests: 10_000 },
    ...{ plan, budgetLeft, requestsFailed, checks: 0, checksFailed: 0, availability: 0.998 },
  })
  const names = promiseConditions([row('standard', -1), row('enterprise', 0.1)]).map(({ name }) => name)
  expect(names).toEqual(['sla-standard:page', 'sla-enterprise:ticket'])
  expect(promiseConditions([row('standard', -1, 3), row('enterprise', 0.5)])).toEqual([])
})

test('months are read and written the same; anything else is refused', () => {
  expect(monthText(parseMonth('2026-11'))).toBe('2026-11')
  expect(monthText(parseMonth('2026-12') + 1)).toBe('2027-01')
  for (const wrong of ['2026-13', '2026-1', 'now', "2026-11'--"]) expect(() => parseMonth(wrong)).toThrow(AppError)
})
