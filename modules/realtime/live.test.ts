import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Metrics } from '../../src/observability/metrics.ts'
import { liveHouse, type TestSocket, vote } from '../../test/fixtures/live-house.ts'

let house: Awaited<ReturnType<typeof liveHouse>>
beforeAll(async () => {
  house = await liveHouse()
})
afterAll(async () => {
  expect(house.bugs).toEqual([])
  await house[Symbol.asyncDispose]()
})

/** All but the state, which may come at any time. */
const told = ({ inbox }: TestSocket) =>
  inbox.all.filter(({ type }) => type !== 'state').map((message) => message.version ?? message.type)

describe('joining', () => {
  test('R6, R7: the first message is a hello with version, state and the head', async () => {
    const id = await house.poll()
    const hello = await house.open(id).inbox.next('hello')
    expect(hello).toEqual({
      type: 'hello',
      protocol: 1,
      version: 1,
      heartbeatMs: 25_000,
      spreadMs: 1,
      state: { totals: {}, people: 1, stage: null, questions: [] },
      cursor: expect.stringMatching(/^[0-9a-z]+\.[0-9a-z]+$/),
    })
  })

  test('R2: another protocol version is refused with its code', async () => {
    const id = await house.poll()
    expect(await house.open(id, '?protocol=2').closed).toMatchObject({ code: 4406 })
  })

  test('R4: what visitors do not see has no audience, whether it exists or not', async () => {
    const { id } = await house.capsules.create(house.theirs.organizationId, { title: 'A secret draft' })
    for (const one of [id, 'cap_0000000000000000000000000000ab', 'nothing']) {
      expect(await house.open(one).closed).toEqual({ code: 4404, reason: 'no such capsule' })
    }
  })

  test('R5: answers carry the position and are not stored', async () => {
    const id = await house.poll()
    const stream = await fetch(house.url(id, '/events'))
    expect(stream.headers.get('encapsify-position')).toBe('1.7')
    expect(stream.headers.get('cache-control')).toContain('no-store')
    await stream.body?.cancel()
    const refused = await fetch(house.url(id))
    expect(refused.status).toBe(400)
    expect(refused.headers.get('encapsify-position')).toBe('1.7')
    expect((await fetch(house.url(id), { method: 'POST' })).status).toBe(405)
    expect((await fetch(house.url('%zz'))).status).toBe(404)
  })
})

describe('events', () => {
  test('are measured from their commit to the last who was told', async () => {
    const metrics = new Metrics()
    house.realtime.register(metrics)
    const id = await house.poll()
    const one = house.open(id)
    await one.inbox.next('hello')
    await house.republish(id, 'How long?')
    await one.inbox.next('published')
    const [series] = metrics.histogramOf('encapsify_live_delivery_seconds')?.series ?? []
    expect(series?.count).toBeGreaterThan(0)
    expect(series?.sum).toBeLessThan(60)
  })

  test('R11, R12: a publication reaches everybody with the version and a cursor', async () => {
    const id = await house.poll()
    const [one, other] = [house.open(id), house.open(id)]
    await Promise.all([one.inbox.next('hello'), other.inbox.next('hello')])
    const version = await house.republish(id, 'And now?')
    const told = { type: 'published', version, cursor: expect.any(String) }
    expect(await one.inbox.next('published')).toEqual(told)
    expect(await other.inbox.next('published')).toEqual(told)
  })

  test('R8: who comes back is told what it missed, once, in order, and then where the head is', async () => {
    const id = await house.poll()
    const first = house.open(id)
    const { cursor } = await first.inbox.next('hello')
    first.close()
    await first.closed
    for (const question of ['One?', 'Two?', 'Three?']) await house.republish(id, question)
    const second = house.open(id, `?cursor=${cursor}`)
    const hello = await second.inbox.next('hello')
    expect(hello.recovered).toBe(true)
    expect(hello.cursor).toBeUndefined()
    const head = await second.inbox.next('heartbeat')
    expect(told(second)).toEqual([4, 2, 3, 4, 'heartbeat'])
    const between = second.inbox.all.find((message) => message.type === 'published' && message.version === 3)
    const third = house.open(id, `?cursor=${between?.cursor}`)
    expect((await third.inbox.next('heartbeat')).cursor).toBe(head.cursor)
    expect(told(third)).toEqual([4, 4, 'heartbeat'])
  })

  test.each(['zz.1', '0.0', 'x', '', '%00', '9999999999.zzzzzzzzzz'])('R9: the cursor %p is lost', async (cursor) => {
    const id = await house.poll()
    const hello = await house.open(id, `?cursor=${cursor}`).inbox.next('hello')
    expect(hello.recovered).toBe(false)
    expect(hello.cursor).toEqual(expect.any(String))
  })

  test('R4: who has it open is told when it is no longer published', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    await socket.inbox.next('hello')
    await house.publications.unpublish(house.ours.organizationId, id)
    expect(await socket.closed).toMatchObject({ code: 4410 })
    expect(await house.open(id).closed).toMatchObject({ code: 4404 })
  })
})

describe('state', () => {
  test('R14, R16: a vote is acknowledged after its commit, and everybody sees the total', async () => {
    const id = await house.poll()
    const [voter, watcher] = [house.open(id), house.open(id)]
    await Promise.all([voter.inbox.next('hello'), watcher.inbox.next('hello')])
    const said = vote()
    voter.say(said)
    expect(await voter.inbox.next('accepted')).toMatchObject({ id: said.id, result: { total: 1 } })
    const told = await watcher.inbox.next((message) => message.totals !== undefined)
    expect(told).toEqual({ type: 'state', totals: { vote: { total: 1, choices: { left: 1 } } } })
    expect((await house.open(id).inbox.next('hello')).state?.totals).toEqual({
      vote: { total: 1, choices: { left: 1 } },
    } as never)
  })

  test('R16: the same answer again counts once, and its visitor is the same', async () => {
    const id = await house.poll()
    const said = vote()
    const tokens = []
    for (let n = 0; n < 2; n++) {
      const socket = house.open(id)
      socket.say(said)
      tokens.push((await socket.inbox.next('accepted')).visitor)
    }
    expect(tokens[0]).toBe(tokens[1])
    expect(house.responses.totals(id, 'vote').total).toBe(1)
  })

  test('R16: a refusal says why, as HTTP does', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    socket.say({ ...vote(), value: ['up'] })
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'invalid', errors: [{ pointer: '/value/0' }] })
    socket.say(vote())
    await socket.inbox.next('accepted')
    socket.say(vote())
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'conflict' })
  })

  test('R20: a forged token makes nobody somebody else', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    socket.say(vote())
    const { visitor } = await socket.inbox.next('accepted')
    const forger = house.open(id)
    forger.say({ ...vote(), visitor: `${String(visitor).split('.')[0]}.${'A'.repeat(22)}` })
    expect((await forger.inbox.next('accepted')).visitor).not.toBe(visitor)
    const honest = house.open(id)
    honest.say({ ...vote(), visitor })
    expect(await honest.inbox.next('refused')).toMatchObject({ code: 'conflict' })
  })

  test("R14: a form's answers are told to nobody", async () => {
    const form = { id: 'lead', type: 'form', fields: [{ id: 'go', kind: 'consent', label: 'Go?' }] }
    const { id } = await house.capsules.create(house.ours.organizationId, {
      title: 'Form',
      draft: { format: 1, pages: [{ id: 'start', blocks: [form] }] },
    })
    await house.publish(id)
    const socket = house.open(id)
    socket.say({ ...vote(), block: 'lead', value: { go: true } })
    await socket.inbox.next('accepted')
    expect((await house.open(id).inbox.next('hello')).state?.totals).toEqual({})
  })

  test('R17: reactions are added up and told', async () => {
    const id = await house.poll()
    const [one, other] = [house.open(id), house.open(id)]
    await Promise.all([one.inbox.next('hello'), other.inbox.next('hello')])
    one.say({ type: 'react', reaction: 'clap' })
    const told = await other.inbox.next((message) => message.reactions !== undefined)
    expect(told.reactions).toEqual({ clap: 1 })
  })

  test('R14: people are counted as they come and go', async () => {
    const id = await house.poll()
    const one = house.open(id)
    await one.inbox.next('hello')
    const other = house.open(id)
    await one.inbox.next((message) => message.people === 2)
    other.close()
    await one.inbox.next((message) => message.people === 1)
  })
})

describe('an event stream', () => {
  const read = async (url: string, headers: Record<string, string>, until: (text: string) => boolean) => {
    const answer = await fetch(url, { headers })
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (until(text)) break
    }
    return text
  }

  test('R1, R3: tells the same, and goes on from Last-Event-ID', async () => {
    const id = await house.poll()
    const hello = await read(house.url(id, '/events'), {}, (text) => text.includes('hello'))
    const cursor = /^id: (.+)$/m.exec(hello)?.[1] ?? ''
    expect(hello).toMatch(/^retry: \d+\n\n/)
    await house.republish(id, 'Streamed?')
    const missed = await read(house.url(id, '/events'), { 'last-event-id': cursor }, (text) =>
      text.includes('heartbeat'),
    )
    expect(missed).toContain('"recovered":true')
    expect(missed).toMatch(/id: (\S+)\ndata: {"type":"published","version":2,"cursor":"\1"}/)
  })

  test('R24: says why it ends', async () => {
    const told = await read(house.url('cap_none', '/events'), {}, () => false)
    expect(told).toContain('data: {"type":"closing","code":4404')
  })

  test('a reader who leaves is forgotten', async () => {
    const id = await house.poll()
    const controller = new AbortController()
    const answer = await fetch(house.url(id, '/events'), { signal: controller.signal })
    await answer.body?.getReader().read()
    expect(house.live.people(id)).toBe(1)
    const watcher = house.open(id)
    await watcher.inbox.next('hello')
    controller.abort()
    await watcher.inbox.next((message) => message.people === 1)
  })
})
