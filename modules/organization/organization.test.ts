import { afterEach, describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { newGlobalId, type OrganizationId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { jsonBody } from '../../src/http/json-body.ts'
import { problems } from '../../src/http/problem.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { Plans } from '../../test/fixtures/plans.ts'
import type { Person } from '../identity/index.ts'
import { AccessControl, accessPlugin } from './access.ts'
import { Keys } from './keys.ts'
import { Members } from './members.ts'
import { organizationMigrations } from './migrations.ts'
import { organizationOperations } from './operations.ts'
import { Organizations } from './organizations.ts'
import { organizationRoutes } from './routes.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setup() {
  const plans = new Plans()
  const db = openMemoryDatabases({
    modules: [{ migrations: organizationMigrations, operations: organizationOperations }],
    onStatement: plans.onStatement,
  })
  const jobs = new JobRunner({ databases: db, log: { warn: () => {}, error: () => {} } })
  const letters: { to: string; text: string }[] = []
  const people = new Map<string, Person>()
  const organizations = new Organizations(db, jobs)
  const members = new Members(db, { send: async (letter) => void letters.push(letter) }, 'http://localhost')
  const keys = new Keys(db)
  const control = new AccessControl(
    async (request) => people.get(request.headers.get('x-person') ?? ''),
    organizations,
    members,
    keys,
  )
  const access = accessPlugin(control)
  const app = new Elysia({ normalize: false })
    .use(problems({ reportBug: (error) => console.error(error), methodsAt: () => [] }))
    .use(jsonBody())
    .use(organizationRoutes({ access, organizations, members, keys }))
  await jobs.start()
  closing.push(() => jobs.close())
  const call = async (
    person: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const answer = await app.handle(
      new Request(`http://localhost/api/v1${path}`, {
        method,
        headers: { 'x-person': person, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const text = await answer.text()
    return {
      status: answer.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, never> & { id: string; code: string },
    }
  }
  const person = (name: string) => {
    people.set(name, { userId: newGlobalId('usr'), email: `${name}@example.com`, name })
    return name
  }
  const inTeam = (slug: string) => ({ 'encapsify-organization': slug })
  const tokenIn = (letter: { text: string } | undefined) => /invitations\/(\S+)/.exec(letter?.text ?? '')?.[1]
  return { plans, db, call, person, people, inTeam, letters, tokenIn, organizations, members, keys }
}

describe('organizations', () => {
  test('one is usable as soon as it is answered, and its creator owns it', async () => {
    const { call, person, db } = await setup()
    const ada = person('ada')
    const made = await call(ada, 'POST', '/organizations', { name: 'Harbour Works' })
    expect(made).toMatchObject({ status: 201, body: { slug: 'harbour-works', state: 'active' } })
    expect((await call(ada, 'GET', '/organizations')).body).toMatchObject({
      items: [{ slug: 'harbour-works', role: 'owner' }],
    })
    expect(db.read(made.body.id as never, () => 'there') as string).toBe('there')
  })

  test.each(['api', 'ab', 'Upper', 'a--b', 'studio'])('the slug "%s" is refused', async (slug) => {
    const { call, person } = await setup()
    const { status, body } = await call(person('ada'), 'POST', '/organizations', { name: 'x', slug })
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain('/slug')
  })

  test('a taken slug is a conflict; a taken name finds another slug', async () => {
    const { call, person } = await setup()
    const ada = person('ada')
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    expect((await call(ada, 'POST', '/organizations', { name: 'x', slug: 'team-one' })).status).toBe(409)
    const second = await call(ada, 'POST', '/organizations', { name: 'Team One' })
    expect((second.body as { slug?: string }).slug).toMatch(/^team-one-/)
  })

  test('a new slug leaves a way from the old one', async () => {
    const { call, person, inTeam, organizations } = await setup()
    const ada = person('ada')
    const { body } = await call(ada, 'POST', '/organizations', { name: 'Old Name' })
    await call(ada, 'PATCH', '/organization', { slug: 'new-name' }, inTeam('old-name'))
    expect(organizations.bySlug('old-name')).toBeUndefined()
    expect(organizations.movedTo('old-name')?.id as string).toBe(body.id)
    expect(organizations.bySlug('new-name')?.id as string).toBe(body.id)
  })
})

describe('members', () => {
  test('an invitation makes a member, once, for its address alone, and roles are kept', async () => {
    const { call, person, inTeam, letters, tokenIn } = await setup()
    const [ada, bob, eve] = [person('ada'), person('bob'), person('eve')]
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    const team = inTeam('team-one')
    expect((await call(bob, 'GET', '/organization', undefined, team)).status).toBe(404)
    await call(ada, 'POST', '/invitations', { email: 'Bob@Example.com', role: 'viewer' }, team)
    const token = tokenIn(letters[0])
    expect((await call(eve, 'POST', `/invitations/${token}/acceptance`)).status).toBe(404)
    expect((await call(bob, 'POST', `/invitations/${token}/acceptance`)).status).toBe(201)
    expect((await call(bob, 'POST', `/invitations/${token}/acceptance`)).status).toBe(201)
    expect((await call(bob, 'GET', '/organization', undefined, team)).status).toBe(200)
    expect((await call(bob, 'PATCH', '/organization', { name: 'Mine' }, team)).status).toBe(403)
    expect((await call(bob, 'POST', '/keys', { name: 'k', scopes: ['capsules:read'] }, team)).status).toBe(403)
    const { body } = await call(ada, 'GET', '/members', undefined, team)
    const { items } = body as unknown as { items: { id: string; role: string }[] }
    expect(items.map((item) => item.role)).toEqual(['owner', 'viewer'])
  })

  test('the last owner stays', async () => {
    const { call, person, inTeam } = await setup()
    const ada = person('ada')
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    const { body } = await call(ada, 'GET', '/members', undefined, inTeam('team-one'))
    const id = (body as unknown as { items: { id: string }[] }).items[0]?.id
    expect((await call(ada, 'DELETE', `/members/${id}`, undefined, inTeam('team-one'))).status).toBe(409)
    expect((await call(ada, 'PATCH', `/members/${id}`, { role: 'viewer' }, inTeam('team-one'))).status).toBe(409)
  })

  test('who leaves is out at once', async () => {
    const { call, person, inTeam, letters, tokenIn } = await setup()
    const [ada, bob] = [person('ada'), person('bob')]
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    const team = inTeam('team-one')
    await call(ada, 'POST', '/invitations', { email: 'bob@example.com', role: 'editor' }, team)
    await call(bob, 'POST', `/invitations/${tokenIn(letters[0])}/acceptance`)
    expect((await call(bob, 'GET', '/organization', undefined, team)).status).toBe(200)
    const { body } = await call(ada, 'GET', '/members', undefined, team)
    const bobs = (body as unknown as { items: { id: string; role: string }[] }).items.find(
      (item) => item.role === 'editor',
    )
    await call(ada, 'DELETE', `/members/${bobs?.id}`, undefined, team)
    expect((await call(bob, 'GET', '/organization', undefined, team)).status).toBe(404)
  })
})

test('who deletes their account leaves every organization, but never one without an owner', async () => {
  const { call, person, inTeam, letters, tokenIn, members, people } = await setup()
  const [ada, bob] = [person('ada'), person('bob')]
  await call(ada, 'POST', '/organizations', { name: 'Team One' })
  const team = inTeam('team-one')
  await call(ada, 'POST', '/invitations', { email: 'bob@example.com', role: 'editor' }, team)
  await call(bob, 'POST', `/invitations/${tokenIn(letters[0])}/acceptance`)
  const [adas, bobs] = [people.get('ada')?.userId ?? '', people.get('bob')?.userId ?? '']
  expect(() => members.checkMayLeaveAll(adas)).toThrow('only owner')
  members.checkMayLeaveAll(bobs)
  await members.leaveAll(bobs)
  expect((await call(bob, 'GET', '/organization', undefined, team)).status).toBe(404)
  await members.leaveAll(adas)
  expect((await call(ada, 'GET', '/organization', undefined, team)).status).toBe(200)
})

describe('keys', () => {
  test('a key is shown once, kept hashed, does what its scopes say, and ends when revoked', async () => {
    const { call, person, inTeam, db } = await setup()
    const ada = person('ada')
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    const team = inTeam('team-one')
    const { body } = await call(ada, 'POST', '/keys', { name: 'ci', scopes: ['capsules:read'] }, team)
    const { key, id } = body as unknown as { key: string; id: string }
    expect(key).toMatch(/^enc_[\w-]{43}$/)
    const list = await call(ada, 'GET', '/keys', undefined, team)
    expect(JSON.stringify(list.body)).not.toContain(key)
    expect(JSON.stringify(db.readDirectory((tx) => tx.all('SELECT * FROM api_key' as never)))).not.toContain(key)
    const bearer = { authorization: `Bearer ${key}` }
    expect((await call('', 'GET', '/organization', undefined, bearer)).status).toBe(200)
    const small = { authorization: `bearer ${key}` }
    expect((await call('', 'GET', '/organization', undefined, small)).status).toBe(200)
    expect((await call('', 'PATCH', '/organization', { name: 'x' }, bearer)).status).toBe(403)
    expect((await call(ada, 'DELETE', `/keys/${id}`, undefined, team)).status).toBe(204)
    expect((await call('', 'GET', '/organization', undefined, bearer)).status).toBe(401)
  })

  test.each(['Bearer enc_wrong', 'Bearer ', 'Basic abc', `Bearer enc_${'a'.repeat(43)}`])(
    '"%s" opens nothing',
    async (authorization) => {
      const { call } = await setup()
      expect((await call('', 'GET', '/organization', undefined, { authorization })).status).toBe(401)
    },
  )

  test('a revoked key is refused however many other keys were seen since', async () => {
    const { call, person, db } = await setup()
    const ada = person('ada')
    const { body } = await call(ada, 'POST', '/organizations', { name: 'Team One' })
    const keys = new Keys(db, 2)
    const id = body.id as OrganizationId
    const made = await Promise.all(
      ['a', 'b', 'c'].map((name) => keys.create(id, { name, scopes: ['capsules:read'], createdBy: 'usr_x' })),
    )
    const [a, b, c] = made.map((one) => one.key)
    for (const key of [a, b, a, c]) expect(keys.find(key ?? '')).toBeDefined()
    await keys.revoke(id, made[0]?.id ?? '')
    expect(keys.find(a ?? '')).toBeUndefined()
  })

  test("another organization's key can't be revoked", async () => {
    const { call, person, inTeam } = await setup()
    const [ada, eve] = [person('ada'), person('eve')]
    await call(ada, 'POST', '/organizations', { name: 'Team One' })
    await call(eve, 'POST', '/organizations', { name: 'Team Two' })
    const { body } = await call(ada, 'POST', '/keys', { name: 'ci', scopes: ['capsules:read'] }, inTeam('team-one'))
    expect((await call(eve, 'DELETE', `/keys/${body.id}`, undefined, inTeam('team-two'))).status).toBe(404)
  })
})

test('nobody gives what they do not hold', async () => {
  const { call, person } = await setup()
  const ada = person('ada')
  await call(ada, 'POST', '/organizations', { name: 'Team One' })
  const keyFor = async (...scopes: string[]) => {
    const { body } = await call(ada, 'POST', '/keys', { name: 'some', scopes })
    return { authorization: `Bearer ${body.key}` }
  }
  const forKeys = await keyFor('keys:write')
  const more = await call('', 'POST', '/keys', { name: 'more', scopes: ['keys:write', 'capsules:write'] }, forKeys)
  expect(more).toMatchObject({ status: 403, body: { errors: [{ pointer: '/scopes' }] } })
  expect((await call('', 'POST', '/keys', { name: 'same', scopes: ['keys:write'] }, forKeys)).status).toBe(201)
  const forMembers = await keyFor('members:write', 'members:read', 'capsules:read', 'responses:read')
  const owner = { email: 'eve@example.com', role: 'owner' }
  expect((await call('', 'POST', '/invitations', owner, forMembers)).status).toBe(403)
  expect((await call('', 'POST', '/invitations', { ...owner, role: 'viewer' }, forMembers)).status).toBe(201)
  const { body } = await call(ada, 'GET', '/members')
  const { items } = body as unknown as { items: { id: string }[] }
  expect((await call('', 'PATCH', `/members/${items[0]?.id}`, { role: 'owner' }, forMembers)).status).toBe(403)
})

test('unknown fields and wrong types are refused with their place', async () => {
  const { call, person } = await setup()
  const { status, body } = await call(person('ada'), 'POST', '/organizations', { name: 7, extra: true })
  expect(status).toBe(422)
  const pointers = (body as unknown as { errors: { pointer: string }[] }).errors.map((fault) => fault.pointer)
  expect(pointers).toContain('/name')
  expect(pointers).toContain('/extra')
})

test('lists page by cursor', async () => {
  const { call, person, inTeam } = await setup()
  const ada = person('ada')
  await call(ada, 'POST', '/organizations', { name: 'Team One' })
  const team = inTeam('team-one')
  for (const name of ['a', 'b', 'c']) await call(ada, 'POST', '/keys', { name, scopes: ['capsules:read'] }, team)
  const page = async (query: string) =>
    (await call(ada, 'GET', `/keys?${query}`, undefined, team)).body as unknown as {
      items: { name: string }[]
      nextCursor: string | null
    }
  const first = await page('limit=2')
  const second = await page(`limit=2&cursor=${first.nextCursor}`)
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null])
  expect([...first.items, ...second.items].map((item) => item.name).toSorted()).toEqual(['a', 'b', 'c'])
  expect((await call(ada, 'GET', '/keys?limit=0', undefined, team)).status).toBe(422)
})

test('every statement of this module has an index', async () => {
  const { plans, call, person, inTeam } = await setup()
  const ada = person('ada')
  await call(ada, 'POST', '/organizations', { name: 'Team One' })
  const team = inTeam('team-one')
  await call(ada, 'POST', '/keys', { name: 'ci', scopes: ['capsules:read'] }, team)
  for (const path of ['/keys', '/members', '/invitations', '/organizations', '/organization'])
    await call(ada, 'GET', path, undefined, team)
  expect(plans.count).toBeGreaterThan(15)
  expect(plans.scans()).toEqual([])
})
