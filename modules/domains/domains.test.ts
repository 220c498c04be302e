import { afterEach, describe, expect, test } from 'bun:test'
import { domainHouse, prove } from '../../test/fixtures/domain-house.ts'
import { FlyCertificates } from './certificates.ts'
import { domainsConfig } from './config.ts'
import type { Domain } from './domains.ts'
import { limits } from './limits.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function house(certificates?: FlyCertificates) {
  const made = await domainHouse(certificates)
  closing.push(() => made.close())
  return made
}

describe('a domain', () => {
  test('waits for its record, is found by itself, and answers for its organization', async () => {
    const { domains, server, north, pass, plans } = await house()
    const { status, body } = await north.add('Pages.Example.COM.')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...{ domain: 'pages.example.com', state: 'waiting', reason: null },
      records: [
        {
          type: 'TXT',
          name: '_encapsify.pages.example.com',
        },
        { type: 'CNAME', name: 'pages.example.com', value: 'pages.fly.dev' },
      ],
      certificate: { by: 'operator', command: 'fly certs add pages.example.com --app pages' },
    })
    expect(body.records[0].value).toMatch(/^encapsify-domain=\w{32}$/)
    expect((await north.call('POST', `/domains/${body.id}/check`)).body).toMatchObject({
      state: 'waiting',
      reason: 'record-missing',
    })
    expect(domains.organizationAt('pages.example.com')).toBeUndefined()
    prove(server, body)
    await pass(limits.pauseMsMax)
    expect((await north.call('GET', `/domains/${body.id}`)).body).toMatchObject({ state: 'active', reason: null })
    expect(domains.organizationAt('pages.example.com')).toBe(north.id)
    expect(domains.organizationAt('other.example.com')).toBeUndefined()
    const list = await north.call<{ items: Domain[] }>('GET', '/domains?limit=1')
    expect(list.body.items.map((one) => one.id)).toEqual([body.id])
    expect(plans.scans()).toEqual([])
  })

  test('is looked at as often as a person may ask, and no organization is kept from it by another', async () => {
    const { server, north, south } = await house()
    const { body } = await north.add('pages.example.com')
    const { body: other } = await south.add('south.example.com')
    server.failing = false
    const check = (team: typeof north, id: string) => team.call('POST', `/domains/${id}/check`)
    for (let look = 0; look < limits.checks.attemptsMax; look++) {
      expect((await check(north, body.id)).status).toBe(200)
    }
    expect(await check(north, body.id)).toMatchObject({ status: 429, body: { code: 'rate-limited' } })
    expect((await check(south, other.id)).status).toBe(200)
  })

  test('costs no look-up of hosts that are nobody’s until there is one', async () => {
    const { domains, db, server, north } = await house()
    const reads: string[] = []
    const readDirectory = db.readDirectory.bind(db)
    db.readDirectory = (work) => {
      reads.push('read')
      return readDirectory(work)
    }
    for (let n = 0; n < 5; n++) expect(domains.organizationAt(`host-${n}.example`)).toBeUndefined()
    expect(reads.length).toBe(1)
    const { body } = await north.add('pages.example.com')
    prove(server, body)
    await north.call('POST', `/domains/${body.id}/check`)
    expect(domains.organizationAt('pages.example.com')).toBe(north.id)
    await north.call('DELETE', `/domains/${body.id}`)
    expect(domains.organizationAt('pages.example.com')).toBeUndefined()
  })

  test('is checked daily: three misses in a row and it is given up; no answer is no miss', async () => {
    const { domains, server, north, pass } = await house()
    const { body } = await north.add('pages.example.com')
    prove(server, body)
    await north.call('POST', `/domains/${body.id}/check`)
    const state = async () => (await north.call('GET', `/domains/${body.id}`)).body
    server.failing = true
    for (let day = 0; day < 5; day++) await pass(limits.recheckMs)
    expect(await state()).toMatchObject({ state: 'active', reason: 'no-answer' })
    server.failing = false
    server.records.clear()
    for (let day = 1; day < limits.missesMax; day++) await pass(limits.recheckMs)
    for (let n = 0; n < limits.missesMax; n++) await north.call('POST', `/domains/${body.id}/check`)
    expect(await state()).toMatchObject({ state: 'active', reason: 'record-gone' })
    expect(domains.organizationAt('pages.example.com')).toBe(north.id)
    await pass(limits.recheckMs)
    expect(await state()).toMatchObject({ state: 'failed', reason: 'record-gone' })
    expect(domains.organizationAt('pages.example.com')).toBeUndefined()
    prove(server, body)
    expect((await north.call('POST', `/domains/${body.id}/check`)).body.state).toBe('active')
  })

  test('that is never proven is no longer looked for after a week', async () => {
    const { north, pass } = await house()
    const { body } = await north.add('pages.example.com')
    await pass(limits.waitMsMax)
    expect((await north.call('GET', `/domains/${body.id}`)).body).toMatchObject({
      state: 'failed',
      reason: 'record-missing',
    })
  })

  test('may be waited for by two, and belongs to who proves it', async () => {
    const { domains, server, north, south } = await house()
    const squatter = (await north.add('pages.example.com')).body
    const owner = (await south.add('pages.example.com')).body
    expect(squatter.records[0].value).not.toBe(owner.records[0].value)
    prove(server, owner)
    expect((await north.call('POST', `/domains/${squatter.id}/check`)).body.state).toBe('waiting')
    expect((await south.call('POST', `/domains/${owner.id}/check`)).body.state).toBe('active')
    expect(domains.organizationAt('pages.example.com')).toBe(south.id)
    // Even with a record of its own, as after a sale: the first has to let go.
    server.records.get(owner.records[0].name)?.push(squatter.records[0].value)
    expect((await north.call('POST', `/domains/${squatter.id}/check`)).body).toMatchObject({
      state: 'failed',
      reason: 'taken',
    })
    expect((await south.call('DELETE', `/domains/${owner.id}`)).status).toBe(204)
    expect(domains.organizationAt('pages.example.com')).toBeUndefined()
    expect((await north.call('POST', `/domains/${squatter.id}/check`)).body.state).toBe('active')
    expect(domains.organizationAt('pages.example.com')).toBe(north.id)
  })

  test('of others is not seen, checked or removed', async () => {
    const { north, south } = await house()
    const { id } = (await north.add('pages.example.com')).body
    expect((await south.call('GET', `/domains/${id}`)).status).toBe(404)
    expect((await south.call('POST', `/domains/${id}/check`)).status).toBe(404)
    expect((await south.call('DELETE', `/domains/${id}`)).status).toBe(404)
    expect((await north.call('GET', `/domains/${id}`)).status).toBe(200)
  })

  test('is added once, and not without end', async () => {
    const { north } = await house()
    for (let n = 0; n < limits.domainsMax; n++) expect((await north.add(`n${n}.example.com`)).status).toBe(201)
    expect((await north.add('n0.example.com')).body).toMatchObject({ code: 'conflict' })
    expect((await north.add('more.example.com')).body).toMatchObject({ code: 'conflict' })
  })
})

test.each([
  ['Bücher.example.com', 'xn--bcher-kva.example.com'],
  ['xn--bcher-kva.example.com', 'xn--bcher-kva.example.com'],
  ['ＰＡＧＥＳ。example.com', 'pages.example.com'],
])('%s is stored as %s', async (given, stored) => {
  const { north } = await house()
  expect((await north.add(given)).body.domain).toBe(stored)
})

test.each([
  ...['https://pages.example.com', 'pages.example.com/a', 'pages.example.com:8080', 'localhost', 'com', '127.0.0.1'],
  ...[
    '127.1',
    '[::1]',
    '*.example.com',
    '-a.example.com',
    'a_b.example.com',
    'xn--zzzzzz.example.com',
    'a..example.com',
  ],
  ...['a@example.com', 'capsules.example', 'evil.capsules.example', 'x.fly.dev', 'x.internal', `${'a'.repeat(64)}.de`],
  ...[`${'a.'.repeat(125)}com`, 'pages.example.com\r\nx', 'example.123', ' '],
])('%s is no domain to have', async (given) => {
  const { north } = await house()
  const { status, body } = await north.add(given)
  expect(status).toBe(422)
  expect(body).toMatchObject({ errors: [{ pointer: '/domain' }] })
})

describe('certificates by Fly', () => {
  /** What Fly's API does with a certificate: https://fly.io/docs/networking/custom-domains-with-fly */
  function fly() {
    const hosts = new Map<string, string>()
    const asked: { query: string; variables: Record<string, string>; token: string | null }[] = []
    const server = Bun.serve({
      port: 0,
      async fetch(request) {
        const { query, variables } = await request.json()
        asked.push({ query, variables, token: request.headers.get('authorization') })
        const { hostname } = variables
        const shown = () => ({
          hostname,
          configured: hosts.get(hostname) === 'Ready',
          clientStatus: hosts.get(hostname),
        })
        if (query.includes('addCertificate')) {
          hosts.set(hostname, 'Awaiting configuration')
          return Response.json({ data: { addCertificate: { certificate: shown() } } })
        }
        if (query.includes('deleteCertificate')) {
          hosts.delete(hostname)
          return Response.json({ data: { deleteCertificate: { certificate: { hostname } } } })
        }
        return Response.json({ data: { app: { certificate: hosts.has(hostname) ? shown() : null } } })
      },
    })
    closing.push(async () => server.stop(true))
    return { hosts, asked, certificates: new FlyCertificates({ token: 'fo1_x', app: 'pages', api: server.url.href }) }
  }

  test('are asked for when a domain is proven, waited for, and dropped with it', async () => {
    const { hosts, asked, certificates } = fly()
    const { domains, server, north, pass } = await house(certificates)
    const { body } = await north.add('pages.example.com')
    expect(body.certificate).toEqual({ by: 'automatic', command: null })
    await north.call('POST', `/domains/${body.id}/check`)
    expect(asked).toEqual([])
    prove(server, body)
    expect((await north.call('POST', `/domains/${body.id}/check`)).body).toMatchObject({
      state: 'verified',
      reason: 'certificate-pending',
    })
    expect(domains.organizationAt('pages.example.com')).toBeUndefined()
    expect(asked.find(({ query }) => query.includes('addCertificate'))).toMatchObject({
      variables: { appId: 'pages', hostname: 'pages.example.com' },
      token: 'Bearer fo1_x',
    })
    hosts.set('pages.example.com', 'Ready')
    await pass(limits.pauseMsMax)
    expect(domains.organizationAt('pages.example.com')).toBe(north.id)
    await north.call('DELETE', `/domains/${body.id}`)
    await pass(1)
    expect([...hosts]).toEqual([])
  })

  test('that Fly refuses keep the domain waiting for them', async () => {
    const refusing = Bun.serve({ port: 0, fetch: () => Response.json({ errors: [{ message: 'Not authorized' }] }) })
    closing.push(async () => refusing.stop(true))
    const { server, north } = await house(new FlyCertificates({ token: 't', app: 'a', api: refusing.url.href }))
    const { body } = await north.add('pages.example.com')
    prove(server, body)
    expect((await north.call('POST', `/domains/${body.id}/check`)).body.state).toBe('verified')
  })
})

test('settings that cannot be used stop the start', () => {
  expect(domainsConfig({ ENCAPSIFY_DNS: '9.9.9.9, 127.0.0.1:5353, [::1]:53' }).nameServers).toHaveLength(3)
  expect(() => domainsConfig({ ENCAPSIFY_DNS: 'dns.example' })).toThrow('ENCAPSIFY_DNS')
  expect(() => domainsConfig({ ENCAPSIFY_FLY_TOKEN: 'x' })).toThrow('FLY_APP_NAME')
  expect(domainsConfig({ ENCAPSIFY_FLY_TOKEN: 'x', FLY_APP_NAME: 'a' })).toMatchObject({ flyApp: 'a', flyToken: 'x' })
})
