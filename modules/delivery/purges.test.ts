import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/db/ids.ts'
import { openHouse } from '../../test/fixtures/capsule-house.ts'
import { AccessControl, Members } from '../organization/index.ts'
import { deliveryRoutes } from './routes.ts'

type House = Awaited<ReturnType<typeof openHouse>>
let house: House
const purged: string[][] = []
const operator = { userId: 'usr_op', email: 'op@example.com', name: 'Op' }

beforeAll(async () => {
  house = await openHouse()
  const { db, organizations, keys } = house
  const sessionOf = async (request: Request) => (request.headers.get('x-person') === 'op' ? operator : undefined)
  const members = new Members(db, { send: async () => {} }, house.origin)
  house.app.use(
    deliveryRoutes({
      control: new AccessControl(sessionOf, organizations as never, members, keys),
      organizations: organizations as never,
      sessionOf,
      isOperator: (person) => person.email === operator.email,
      purge: async (tags) => void purged.push([...tags]),
    }),
  )
})

describe('an owner', () => {
  test('purges addresses, tags and pages of the own organization', async () => {
    const capsule = newId('cap', house.ours.organizationId)
    const answer = await house.our('POST', '/cache/purges', {
      paths: ['/our-team/tour'],
      tags: [`capsule:${capsule}`, `organization:${house.ours.organizationId}`],
      organization: 'our-team',
    })
    expect([answer.status, answer.body.state]).toEqual([202, 'announced'])
    expect(purged.pop()).toEqual([
      `organization:${house.ours.organizationId}`,
      `capsule:${capsule}`,
      `organization:${house.ours.organizationId}`,
      'path:/our-team/tour',
    ])
  })

  test.each([
    [{ everything: true }, '/everything'],
    [{ organization: 'their-team' }, '/organization'],
    [{ paths: ['/our-team/a', '/our-team-2/b'] }, '/paths/1'],
    [{ paths: ['/their-team/a'] }, '/paths/0'],
    [{ tags: ['*'] }, undefined],
    [{ tags: ['path:'] }, '/tags/0'],
    [{ tags: ['capsule:cap_nothing'] }, '/tags/0'],
  ])('does not purge what is not the own: %j', async (request, pointer) => {
    const before = purged.length
    const answer = await house.our('POST', '/cache/purges', request)
    expect(answer.status).toBe(pointer === undefined ? 422 : 403)
    if (pointer !== undefined) expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([pointer])
    expect(purged.length).toBe(before)
  })

  test('says what to purge', async () => {
    expect((await house.our('POST', '/cache/purges', {})).status).toBe(422)
    expect((await house.our('POST', '/cache/purges', { pathz: ['/a'] })).status).toBe(422)
    expect((await house.our('POST', '/cache/purges', { paths: ['/a b'] })).status).toBe(422)
  })
})

test('a key that may not, and nobody, purge nothing; an operator purges anything', async () => {
  const { key } = await house.keys.create(house.ours.organizationId, {
    name: 'reader',
    scopes: ['capsules:read'],
    createdBy: 'usr_x',
  })
  expect((await house.call(key, 'POST', '/cache/purges', { json: { organization: 'our-team' } })).status).toBe(403)
  expect((await house.call(undefined, 'POST', '/cache/purges', { json: { everything: true } })).status).toBe(401)
  const headers = { 'x-person': 'op' }
  const all = await house.call(undefined, 'POST', '/cache/purges', { json: { everything: true }, headers })
  expect([all.status, purged.pop()]).toEqual([202, ['*']])
  const unknown = await house.call(undefined, 'POST', '/cache/purges', { json: { organization: 'nobody' }, headers })
  expect(unknown.status).toBe(404)
})
