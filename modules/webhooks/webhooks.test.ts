import { afterEach, describe, expect, test } from 'bun:test'
import { Webhook as Receiver } from 'standardwebhooks'
import { origin } from '../../test/fixtures/capsule-house.ts'
import { type Heard, webhookHouse } from '../../test/fixtures/webhook-house.ts'
import { limits } from './limits.ts'
import { send } from './sending.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setup(options: { timeoutMs?: number } = {}) {
  const house = await webhookHouse(options)
  closing.push(async () => {
    await house.close()
    expect(house.bugs).toEqual([])
  })
  return house
}

/** The specification's own library. It looks at the real clock; the time of the message is signed all the same. */
function library(secret: string): Receiver {
  const receiver = new Receiver(secret)
  Reflect.set(receiver, 'verifyTimestamp', (seconds: string) => new Date(Number(seconds) * 1_000))
  return receiver
}

describe('a webhook', () => {
  test('is told of each answer, once, in a message that its own library believes', async () => {
    const { hook, vote, heard, settled, capsule } = await setup()
    await vote()
    const { secret } = await hook()
    await vote()
    await vote()
    await settled()
    expect(heard.length).toBe(2)
    for (const { headers, body } of heard) {
      const fresh = library(secret)
      expect(fresh.verify(body, headers)).toMatchObject({
        type: 'response.created',
        data: {
          capsule: { id: capsule, title: 'Lunch', url: `${origin}/our-team/lunch` },
          response: { block: 'q', value: ['a'] },
        },
      })
      expect(() => fresh.verify(`${body} `, headers)).toThrow()
    }
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
    expect(heard[0]?.headers['webhook-timestamp']).toBe(String(Date.UTC(2026, 10, 24, 9, 30) / 1_000))
  })

  test('that fails is tried again by the schedule, and every attempt stands in its log', async () => {
    const { hook, vote, heard, answers, settled, clock, call } = await setup()
    const { id } = await hook()
    answers.push(
      () => new Response('not now', { status: 500 }),
      () => new Response(null, { status: 302, headers: { location: '/elsewhere' } }),
    )
    await vote()
    await settled()
    expect(heard.length).toBe(1)
    clock.nowMs += limits.retryAfterMs[0] - 1
    await settled()
    expect(heard.length).toBe(1)
    clock.nowMs += 1
    await settled()
    expect(heard.length).toBe(2)
    clock.nowMs += limits.retryAfterMs[1]
    await settled()
    expect(heard.length).toBe(3)
    expect(new Set(heard.map(({ headers, body }) => headers['webhook-id'] + body)).size).toBe(1)
    const list = (await call('GET', `/webhooks/${id}/deliveries?state=delivered`)).body.items
    expect(list).toMatchObject([{ state: 'delivered', type: 'response.created', dueAt: null }])
    const { body } = await call('GET', `/webhooks/${id}/deliveries/${list[0].id}`)
    expect(body.attempts).toMatchObject([
      { status: 500, answer: 'not now' },
      { status: 302 },
      { status: 200, answer: 'thanks' },
    ])
    expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({ state: 'active', failures: 0 })
  })

  test('carries the trace of what it tells, and its attempts are measured', async () => {
    const { hook, settled, call, heard, answers, metrics, tracer } = await setup()
    const { id } = await hook()
    answers.push(() => new Response('no', { status: 500 }))
    const span = tracer.begin({ name: 'POST /webhooks/tests', kind: 'server' })
    if (span === undefined) throw new Error('Nothing was begun.')
    await tracer.run(span, () => call('POST', `/webhooks/${id}/tests`))
    await settled()
    span.end()
    expect(heard[0]?.headers.traceparent).toStartWith(`00-${span.context.traceId}-`)
    const series = [...(metrics.histogramOf('encapsify_webhook_delivery_seconds')?.series ?? [])]
    expect(series.map(({ labels, count }) => [...labels, count])).toEqual([['5xx', 1]])
  })

  test('that never works is given up by its schedule, paused between, and stopped after three days; owners get a letter', async () => {
    const { hook, vote, answers, settled, clock, call, heard, letters } = await setup()
    const { id } = await hook()
    const fail = () => new Response('no', { status: 503 })
    answers.push(...Array.from({ length: 500 }, () => fail))
    for (let n = 0; n < 4; n++) await vote()
    for (let hours = 0; hours < 100; hours++) {
      await settled()
      clock.nowMs += 3_600_000
    }
    expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({
      state: 'stopped',
      stoppedBecause: 'Nothing was received for three days.',
    })
    // Asked from time to time only, whatever waits.
    expect(heard.length).toBeLessThan(4 * 11)
    expect(letters).toMatchObject([{ to: 'Ours@example.com', subject: 'The webhook “Ours” was stopped' }])
    const before = heard.length
    await vote()
    await settled()
    expect(heard.length).toBe(before)
    answers.length = 0
    await call('PATCH', `/webhooks/${id}`, { state: 'active' })
    await vote()
    await settled()
    // What came while it was stopped is not told; what waited is.
    expect((await call('GET', `/webhooks/${id}/deliveries?limit=100`)).body.items.length).toBe(5)
    expect((await call('GET', `/webhooks/${id}/deliveries?state=waiting`)).body.items).toEqual([])
  })

  test('whose receiver is gone (410) is stopped at once', async () => {
    const { hook, vote, answers, settled, call } = await setup()
    const { id } = await hook()
    answers.push(() => new Response(null, { status: 410 }))
    await vote()
    await settled()
    expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({ state: 'stopped' })
  })

  test('whose receiver hangs costs its time limit, and others are served meanwhile', async () => {
    const { hook, vote, answers, settled, call, heard } = await setup({ timeoutMs: 500 })
    const { id } = await hook()
    answers.push(() => new Promise<Response>(() => {}))
    await vote()
    await settled()
    const [delivery] = (await call('GET', `/webhooks/${id}/deliveries`)).body.items
    const { body } = await call('GET', `/webhooks/${id}/deliveries/${delivery.id}`)
    expect(body.attempts).toMatchObject([{ status: null, answer: 'No answer within 0.5 s.' }])
    expect(heard.length).toBe(1)
  })

  test('of which no more is read than is kept, however much its receiver says', async () => {
    const { hook, vote, answers, settled, call } = await setup()
    const { id } = await hook()
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(97)) })
    answers.push(() => new Response(endless))
    await vote()
    await settled()
    const [delivery] = (await call('GET', `/webhooks/${id}/deliveries`)).body.items
    const { attempts } = (await call('GET', `/webhooks/${id}/deliveries/${delivery.id}`)).body
    expect(attempts).toMatchObject([{ status: 200, answer: 'a'.repeat(limits.answerBytesMax) }])
  })

  test('is sent a test, and one message again, with its id', async () => {
    const { hook, heard, settled, call } = await setup()
    const { id } = await hook()
    expect((await call('POST', `/webhooks/${id}/tests`)).status).toBe(202)
    await settled()
    const [delivery] = (await call('GET', `/webhooks/${id}/deliveries`)).body.items
    expect((await call('POST', `/webhooks/${id}/deliveries/${delivery.id}/redelivery`)).status).toBe(202)
    await settled()
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.messageId, delivery.messageId])
    const { attempts } = (await call('GET', `/webhooks/${id}/deliveries/${delivery.id}`)).body
    expect(attempts.length).toBe(2)
  })

  test('gets a new secret, and the former one signs for another day', async () => {
    const { hook, vote, heard, settled, call, clock } = await setup()
    const { id, secret } = await hook()
    const renewed = (await call('POST', `/webhooks/${id}/secret`)).body.secret as string
    expect((await call('GET', `/webhooks/${id}/secret`)).body.secret).toBe(renewed)
    expect(renewed).not.toBe(secret)
    const believes = (key: string, { body, headers }: Heard) => {
      try {
        return library(key).verify(body, headers) !== undefined
      } catch {
        return false
      }
    }
    await vote()
    await settled()
    clock.nowMs += limits.rotationMs
    await vote()
    await settled()
    expect(heard.map((one) => [believes(secret, one), believes(renewed, one)])).toEqual([
      [true, true],
      [false, true],
    ])
  })

  test('belongs to its organization alone, and leaves nothing when it is removed', async () => {
    const { hook, vote, settled, call, theirs, db, ours } = await setup()
    const { id } = await hook()
    await vote()
    await settled()
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/secret'],
      ['GET', '/deliveries'],
      ['POST', '/tests'],
      ['POST', '/secret'],
      ['DELETE', ''],
    ] as const) {
      expect((await call(method, `/webhooks/${id}${path}`, undefined, theirs.key)).status).toBe(404)
    }
    expect((await call('GET', '/webhooks', undefined, theirs.key)).body.items).toEqual([])
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(204)
    await settled()
    const rows = db.read(ours.organizationId, (tx) =>
      tx.all('SELECT 1 FROM webhook_delivery UNION ALL SELECT 1 FROM webhook_attempt'),
    )
    expect(rows).toEqual([])
  })

  test.each([
    ['an address that is none', { url: 'nowhere' }, '/url'],
    ['another protocol', { url: 'ftp://example.com/' }, '/url'],
    ['a password in it', { url: 'https://me:secret@example.com/' }, '/url'],
    ['an event that there is not', { events: ['everything'] }, '/events/0'],
    ['no events', { events: [] }, '/events'],
  ])('is refused with %s', async (_, fields, pointer) => {
    const { call } = await setup()
    const body = { url: 'https://example.com/', name: 'x', events: ['lead.hot'], ...fields }
    const { status, body: problem } = await call('POST', '/webhooks', body)
    expect([status, problem.errors[0].pointer]).toEqual([422, pointer])
  })

  test(`there are at most ${limits.perOrganizationMax} of them`, async () => {
    const { hook, call, receiver } = await setup()
    for (let n = 0; n < limits.perOrganizationMax; n++) await hook()
    const one = { url: receiver.url.href, name: 'x', events: ['lead.hot'] }
    expect((await call('POST', '/webhooks', one)).status).toBe(409)
  })
})

test('a receiver in a private network is not asked, whatever its name resolves to', async () => {
  const asked: string[] = []
  using server = Bun.serve({
    port: 0,
    fetch(request) {
      asked.push(request.url)
      return new Response('')
    },
  })
  for (const url of [
    `http://127.0.0.1:${server.port}/`,
    `http://[::ffff:127.0.0.1]:${server.port}/`,
    `http://rebound.example:${server.port}/`,
  ]) {
    const answer = await send(url, '{}', {}, { resolve: async () => ['93.184.216.34', '127.0.0.1'] })
    expect(answer).toEqual({ status: null, answer: 'Its host is not on the public internet.' })
  }
  expect(asked).toEqual([])
})

test('whoever tells, however often: each answer is delivered as one message', async () => {
  const { hook, vote, heard, settled, telling } = await setup()
  await hook()
  const others = [telling(), telling()]
  for (let round = 0; round < 10; round++) {
    await Promise.all([vote(), vote(), vote(), ...others.map((other) => other.begin())])
  }
  for (const other of others) await other.settled()
  await settled()
  expect(heard.length).toBe(30)
  expect(new Set(heard.map(({ body }) => JSON.parse(body).data.response.id)).size).toBe(30)
})

test('what was confirmed and never told is told by the next primary', async () => {
  const { hook, vote, heard, jobs, telling, isTelling } = await setup()
  await hook()
  // The process ends right after the commit: nobody hears of it.
  isTelling.now = false
  await vote()
  await jobs.settled()
  expect(heard.length).toBe(0)
  isTelling.now = true
  await telling().begin()
  await jobs.settled()
  expect(heard.length).toBe(1)
})
