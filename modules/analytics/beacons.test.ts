import { describe, expect, test } from 'bun:test'
import { newId, type OrganizationId } from '../../src/db/ids.ts'
import { analyticsHouse, browserName } from '../../test/fixtures/analytics-house.ts'
import type { Gathering } from './gathering.ts'
import { analyticsLimits as limits } from './limits.ts'
import { visit, visitEvent } from './schema.ts'

type House = Awaited<ReturnType<typeof analyticsHouse>>

const visitsOf = async (house: House) => {
  await house.analytics.gathering.flush()
  return house.db.read(house.ours.organizationId, (tx) => tx.select().from(visit).all())
}

describe('what a browser tells', () => {
  test('becomes a visit: pages, time, what was done, from where, and by which link', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: 'lnk_1', email: null }) })
    const id = await house.publishPages()
    const first = house.beacon(id, 'one', { source: 'news.example', campaign: 'spring' })
    expect((await house.send(first, { 'cf-ipcountry': 'NO' })).status).toBe(204)
    house.clock.nowMs += 8_000
    await house.send({ ...first, ms: 9_000, gone: true, acts: [{ n: 1, kind: 'answer', detail: 'vote' }] })
    // An empty page is the first one's address, as the referrer tells it.
    await house.send(house.beacon(id, 'two', { page: 'plans', from: '' }))
    expect(await visitsOf(house)).toMatchObject([
      {
        ...{ capsuleId: id, link: 'lnk_1', source: 'news.example', campaign: 'spring', country: 'NO', page: 'plans' },
        ...{ views: 2, ms: 10_000, answers: 1, email: null, person: 0 },
      },
    ])
  })

  test('on an organization’s own domain is of its own capsules alone', async () => {
    const sites = new Map<string, OrganizationId>()
    await using house = await analyticsHouse({
      siteOf: (request) => sites.get(request.headers.get('x-site') ?? ''),
    })
    sites.set('ours', house.ours.organizationId).set('theirs', house.theirs.organizationId)
    const id = await house.publishPages()
    expect((await house.send(house.beacon(id, 'one'), { 'x-site': 'ours' })).status).toBe(204)
    const refused = await house.send(house.beacon(id, 'two'), { 'x-site': 'theirs' })
    expect(refused.status).toBe(404)
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/capsule' }] })
    expect(await visitsOf(house)).toHaveLength(1)
  })

  test('with an address given at a gate is the same person on any day', async () => {
    await using house = await analyticsHouse({ contextOf: () => ({ link: 'lnk_1', email: 'Eve@Example.com' }) })
    const id = await house.publishPages()
    await house.send(house.beacon(id, 'today', { gone: true }))
    await visitsOf(house)
    house.clock.nowMs += 3 * 86_400_000
    await house.send(house.beacon(id, 'later'), { 'user-agent': `${browserName} Other/1.0` })
    const [one, other] = await visitsOf(house)
    expect(one?.email).toBe('Eve@Example.com')
    expect(other?.visitor).toBe(one?.visitor ?? '')
  })

  test('leaves no address and no name of a browser anywhere, and nothing that leads there once the day is over', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    await house.send(house.beacon(id, 'today'))
    const [before] = await visitsOf(house)
    for (const database of house.db.names) {
      const bytes = house.db.readFrom(database, (tx) =>
        (tx as unknown as { $client: { serialize(): Uint8Array } }).$client.serialize(),
      )
      const text = Buffer.from(bytes).toString('latin1')
      expect([database, text.includes('203.0.113.7'), text.includes('AppleWebKit')]).toEqual([database, false, false])
    }
    const saltOf = () =>
      house.db.readDirectory((tx) => tx.all<{ salt: string }>('SELECT salt FROM visit_salt'))[0]?.salt ?? ''
    const salt = saltOf()
    house.clock.nowMs += 86_400_000
    await house.send(house.beacon(id, 'tomorrow'))
    const [, after] = await visitsOf(house)
    expect(after?.visitor).not.toBe(before?.visitor ?? '')
    expect(saltOf()).not.toBe(salt)
    const directory = house.db.readFrom('directory', (tx) =>
      (tx as unknown as { $client: { serialize(): Uint8Array } }).$client.serialize(),
    )
    expect(Buffer.from(directory).toString('latin1').includes(salt)).toBe(false)
  })
})

describe('is not counted', () => {
  test.each([
    ['who sends Sec-GPC', { 'sec-gpc': '1' }, 'declined'],
    ['who sends DNT', { dnt: '1' }, 'declined'],
    [
      'a crawler',
      { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      'machine',
    ],
    ['a headless browser', { 'user-agent': browserName.replace('Chrome', 'HeadlessChrome') }, 'machine'],
    ['a program', { 'user-agent': 'curl/8.5.0' }, 'machine'],
  ] as const)('%s', async (_who, headers, why) => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    expect((await house.send(house.beacon(id, 'one'), headers)).status).toBe(204)
    expect(await visitsOf(house)).toEqual([])
    expect(house.analytics.beacons.counts[why]).toBe(1)
  })

  test('somebody of the team', async () => {
    await using house = await analyticsHouse({ isOwn: (request) => request.headers.get('cookie') === 'session=ours' })
    const id = await house.publishPages()
    await house.send(house.beacon(id, 'ours'), { cookie: 'session=ours' })
    await house.send(house.beacon(id, 'theirs'), { cookie: 'session=theirs' })
    expect(await visitsOf(house)).toHaveLength(1)
    expect(house.analytics.beacons.counts.own).toBe(1)
  })
})

describe('a hostile beacon', () => {
  test.each([
    ['of another site', {}, { origin: 'https://elsewhere.example' }, 403, undefined],
    ['from nowhere', {}, { origin: undefined }, 403, undefined],
    ['with a field too many', { admin: true }, {}, 422, '/admin'],
    ['with a device of its own', { device: 'fridge' }, {}, 422, '/device'],
    ['with a time before time', { ms: -1 }, {}, 422, '/ms'],
    ['with an id that is too short', { view: 'short' }, {}, 422, '/view'],
    ['with controls in its source', { source: 'a\u0000b' }, {}, 422, '/source'],
    ['with an act of number 0', { acts: [{ n: 0, kind: 'chat', detail: '' }] }, {}, 422, '/acts/0/n'],
    ['of a page that is none', { page: 'nowhere' }, {}, 404, '/page'],
    ['of a capsule that is none', { capsule: 'cap_none' }, {}, 404, '/capsule'],
  ])('%s is refused', async (_what, more, headers, status, pointer) => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    const answer = await house.send(house.beacon(id, 'one', more), headers)
    const problem = (await answer.json()) as { errors?: { pointer: string }[] }
    expect([answer.status, problem.errors?.[0]?.pointer]).toEqual([status, pointer])
    expect(await visitsOf(house)).toEqual([])
    expect(house.bugs).toEqual([])
  })

  test('that is huge, no JSON, or no UTF-8 is refused', async () => {
    await using house = await analyticsHouse()
    expect((await house.send('x'.repeat(limits.beaconBytesMax + 1))).status).toBe(413)
    expect((await house.send('{')).status).toBe(400)
    expect((await house.send('[]')).status).toBe(422)
    expect(house.bugs).toEqual([])
  })

  test('for a capsule of ours under an id of theirs, or one that is not published, finds nothing', async () => {
    await using house = await analyticsHouse()
    const forged = newId('cap', house.theirs.organizationId)
    const draft = await house.capsules.create(house.ours.organizationId, { title: 'A draft' })
    for (const id of [forged, draft.id]) expect((await house.send(house.beacon(id, 'one'))).status).toBe(404)
  })

  test('that has another capsule’s id of a showing changes nothing of it', async () => {
    await using house = await analyticsHouse()
    const [one, other] = [await house.publishPages(), await house.publishPages()]
    await house.send(house.beacon(one, 'shared'))
    await visitsOf(house)
    house.clock.nowMs += 60_000
    await house.send(house.beacon(other, 'shared', { ms: 50_000 }))
    expect((await visitsOf(house)).map(({ capsuleId, ms }) => [capsuleId, ms])).toEqual([[one, 1_000]])
    expect(house.db.read(house.ours.organizationId, (tx) => tx.select().from(visitEvent).all())).toHaveLength(1)
  })

  test('beyond what waits is dropped, and counted', async () => {
    await using house = await analyticsHouse()
    const id = await house.publishPages()
    const gathering = house.analytics.gathering as unknown as { '#waitingMax': number } & Gathering
    const small = new (gathering.constructor as new (options: object) => Gathering)({
      ...{ db: { write: () => new Promise(() => {}) }, reportBug: () => {}, waitingMax: 3 },
    })
    const told = { ...house.beacon(id, 'x'), capsuleId: id } as unknown as Parameters<Gathering['add']>[0]
    expect([1, 2, 3, 4, 5].map(() => small.add(told))).toEqual([true, true, true, false, false])
    expect([small.counts.dropped, small.waiting]).toEqual([2, 3])
  })
})
