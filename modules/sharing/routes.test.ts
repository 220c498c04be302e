import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openHouse } from '../../test/fixtures/capsule-house.ts'
import { PasswordHashes } from '../identity/password-hashes.ts'
import type { Permission } from '../organization/index.ts'
import { sharingRoutes } from './routes.ts'
import { Sharing } from './sharing.ts'

let house: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  house = await open()
})
afterAll(async () => {
  expect(house.bugs).toEqual([])
  await house.sharing.close()
  await house.jobs.close()
})

async function open() {
  const house = await openHouse()
  const { db: databases, capsules, responses, secrets, origin, access } = house
  const sharing = new Sharing({
    ...{ databases, capsules, responses, secrets, origin, hashes: new PasswordHashes() },
    assets: { uses: () => ({ items: [], nextCursor: null }) },
    mailer: { send: async () => {} },
    addressOf: () => '203.0.113.7',
  })
  house.app.use(sharingRoutes({ access, capsules, sharing, origin }))
  const { id } = await capsules.create(house.ours.organizationId, { title: 'One' })
  return { ...house, sharing, at: `/capsules/${id}` }
}

const keyWith = async (...scopes: Permission[]) =>
  (await house.keys.create(house.ours.organizationId, { name: 'k', scopes, createdBy: 'usr_x' })).key

describe('share links over the API', () => {
  test('are made with sensible settings, changed, revoked, revived and deleted', async () => {
    const { our, at } = house
    const made = await our('POST', `${at}/links`, { name: ' Investors ' })
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        name: 'Investors',
        url: `https://capsules.example/-/s/${made.body.id}`,
        state: 'active',
        hasPassword: false,
        expiresAt: null,
        emailGate: null,
        downloads: true,
        visits: 0,
        answers: 0,
      },
    ])
    const link = `${at}/links/${made.body.id}`
    const changed = await our('PATCH', link, {
      password: 'open sesame',
      expiresAt: 1,
      emailGate: { allow: ['@Example.com'], block: [] },
    })
    expect(changed.body).toMatchObject({
      state: 'expired',
      hasPassword: true,
      emailGate: { allow: ['example.com'], block: [] },
    })
    expect(changed.text).not.toContain('sesame')
    expect(changed.text).not.toContain('argon2')
    await our('PATCH', link, { password: null, expiresAt: null, emailGate: null })
    expect((await our('PUT', `${link}/revocation`)).status).toBe(204)
    expect((await our('GET', link)).body).toMatchObject({ state: 'revoked', hasPassword: false })
    expect((await our('DELETE', `${link}/revocation`)).status).toBe(204)
    expect((await our('GET', link)).body).toMatchObject({ state: 'active' })
    expect((await our('DELETE', link)).status).toBe(204)
    expect((await our('GET', link)).status).toBe(404)
  })

  test('a repeated order makes one link', async () => {
    const { our, at } = house
    const order = () => our('POST', `${at}/links`, { name: 'Once' }, { 'idempotency-key': 'once' })
    const [one, other] = [await order(), await order()]
    expect(other.body.id).toBe(one.body.id)
  })

  test('are listed in pages', async () => {
    const { our, at } = house
    for (const name of ['A', 'B', 'C']) await our('POST', `${at}/links`, { name })
    const first = await our('GET', `${at}/links?limit=2`)
    const second = await our('GET', `${at}/links?limit=100&cursor=${first.body.nextCursor}`)
    expect(first.body.items).toHaveLength(2)
    expect(second.body.items.some(({ id }) => first.body.items.some((one) => one.id === id))).toBe(false)
  })

  test.each([
    [{}, '/name'],
    [{ name: '  ' }, '/name'],
    [{ name: 'x', password: 'short' }, '/password'],
    [{ name: 'x', expiresAt: -1 }, '/expiresAt'],
    [{ name: 'x', expiresAt: 'soon' }, '/expiresAt'],
    [{ name: 'x', emailGate: { allow: ['*'], block: [] } }, '/emailGate/allow/0'],
    [{ name: 'x', emailGate: { allow: [] } }, '/emailGate'],
    [{ name: 'x', round: 7 }, '/round'],
  ])('%j is refused at %p', async (body, pointer) => {
    const { status, body: problem } = await house.our('POST', `${house.at}/links`, body)
    expect(status).toBe(422)
    expect(problem.errors.map((one) => one.pointer)).toContain(pointer)
  })

  test('belong to their capsule and organization', async () => {
    const { our, call, theirs, at, capsules, ours } = house
    const { body } = await our('POST', `${at}/links`, { name: 'Mine' })
    const other = await capsules.create(ours.organizationId, { title: 'Two' })
    for (const [key, path] of [
      [theirs.key, `${at}/links/${body.id}`],
      [ours.key, `/capsules/${other.id}/links/${body.id}`],
      [ours.key, `${at}/links/lnk_x`],
    ] as const) {
      for (const [method, json] of [['GET'], ['PATCH', { name: 'Theirs' }], ['DELETE']] as const) {
        expect((await call(key, method, path, json === undefined ? {} : { json })).status).toBe(404)
      }
    }
    expect((await call(theirs.key, 'PUT', `${at}/access`, { json: { private: true } })).status).toBe(404)
  })

  test('who may only read changes nothing, and sees no guests without the right to', async () => {
    const { call, at, our } = house
    const { body } = await our('POST', `${at}/links`, { name: 'Read' })
    const reader = await keyWith('capsules:read')
    expect((await call(reader, 'GET', `${at}/links`)).status).toBe(200)
    expect((await call(reader, 'GET', `${at}/links/${body.id}/guests`)).status).toBe(403)
    expect((await call(reader, 'POST', `${at}/links`, { json: { name: 'x' } })).status).toBe(403)
    expect((await call(reader, 'PUT', `${at}/access`, { json: { private: true } })).status).toBe(403)
    expect((await call(undefined, 'GET', `${at}/links`)).status).toBe(401)
  })

  test('a capsule is closed and opened', async () => {
    const { our, at } = house
    expect((await our('GET', `${at}/access`)).body).toEqual({ private: false } as never)
    expect((await our('PUT', `${at}/access`, { private: true })).body).toEqual({ private: true } as never)
    expect((await our('GET', `${at}/access`)).body).toEqual({ private: true } as never)
    expect((await our('PUT', `${at}/access`, { private: 'yes' })).status).toBe(422)
  })
})
