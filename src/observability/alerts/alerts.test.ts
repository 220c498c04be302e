import { describe, expect, test } from 'bun:test'
import type { Letter } from '../../mail/mailer.ts'
import { Alerts, type Notice } from './alerts.ts'
import type { Condition } from './conditions.ts'
import { Delivery, receiversOf } from './receivers.ts'

const minute = 60_000
const fault: Condition = {
  name: 'errors:page',
  severity: 'page',
  summary: 'Too many.',
  runbook: 'docs/operations/alerts.md#errors',
}
const notice: Notice = { state: 'firing', ...fault, sinceMs: 0, atMs: minute }
const quiet = { warn: () => {} }

function setUp() {
  const told: string[] = []
  const alerts = new Alerts({ notify: ({ state, name }) => told.push(`${state} ${name}`) })
  return { told, alerts }
}

describe('alerts', () => {
  test('are told once, again after hours, and once more when they are over', () => {
    const { told, alerts } = setUp()
    for (let at = 0; at < 300; at++) alerts.update([fault], at * minute)
    expect(told).toEqual(['firing errors:page', 'firing errors:page'])
    expect(alerts.active).toEqual([{ ...fault, sinceMs: 0 }])
    alerts.update([], 300 * minute)
    expect(told).toHaveLength(2)
    alerts.update([], 302 * minute)
    expect(told.at(-1)).toBe('resolved errors:page')
    expect(alerts.active).toEqual([])
  })

  test('that flap within two minutes are one', () => {
    const { told, alerts } = setUp()
    for (let at = 0; at < 60; at++) alerts.update(at % 2 === 0 ? [fault] : [], at * minute)
    expect(told).toEqual(['firing errors:page'])
  })

  test('that are silenced are shown and told to nobody; afterwards they are told', () => {
    const { told, alerts } = setUp()
    expect(alerts.silence(fault.name, 30 * minute, 0)).toBe(true)
    for (let at = 0; at < 30; at++) alerts.update([fault], at * minute)
    expect(told).toEqual([])
    expect(alerts.active[0]?.silencedUntilMs).toBe(30 * minute)
    alerts.update([fault], 30 * minute)
    expect(told).toEqual(['firing errors:page'])
  })

  test('a silence is bounded in time and number, and can be ended', () => {
    const { alerts } = setUp()
    alerts.update([fault], 0)
    alerts.silence(fault.name, Number.MAX_SAFE_INTEGER, 0)
    expect(alerts.active[0]?.silencedUntilMs).toBe(7 * 86_400_000)
    alerts.silence(fault.name, 0, 0)
    expect(alerts.active[0]?.silencedUntilMs).toBeUndefined()
    const made = Array.from({ length: 300 }, (_, n) => alerts.silence(`a${n}`, minute, 0))
    expect(made.filter(Boolean)).toHaveLength(200)
  })
})

describe('receivers', () => {
  test('webhook, Slack and e-mail get the notice in their shapes, with the runbook', async () => {
    const bodies: unknown[] = []
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        bodies.push(await request.json())
        return new Response('ok')
      },
    })
    const letters: Letter[] = []
    const receivers = receiversOf({
      config: { webhook: `${server.url}hook`, slack: `${server.url}slack`, emails: ['ops@example.com'] },
      mailer: { send: async (letter) => void letters.push(letter) },
      origin: 'https://example.com',
      node: 'fra',
    })
    for (const receiver of receivers) await receiver.deliver(notice)
    expect(bodies[0]).toEqual({ ...notice, origin: 'https://example.com', node: 'fra' })
    expect(bodies[1]).toMatchObject({ text: 'Urgent: errors:page: Too many.', blocks: [{ type: 'section' }] })
    expect(letters[0]).toMatchObject({ to: 'ops@example.com', subject: 'Urgent: errors:page' })
    expect(letters[0]?.text).toContain('docs/operations/alerts.md#errors')
    await server.stop(true)
  })

  test('one that fails is tried again; what it never takes is counted', async () => {
    const ended = Promise.withResolvers<void>()
    let tries = 0
    const delivery = new Delivery(
      {
        name: 'webhook',
        async deliver() {
          if (++tries === 5) queueMicrotask(ended.resolve)
          throw new Error('down')
        },
      },
      quiet,
      0,
    )
    delivery.add(notice)
    await ended.promise
    await Bun.sleep(0)
    expect(tries).toBe(5)
    expect(delivery.counts).toEqual({ delivered: 0, dropped: 1 })
  })

  test('one that hangs is cut at its deadline and holds nobody up', async () => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
    const [receiver] = receiversOf({
      config: { webhook: String(server.url), slack: undefined, emails: [] },
      mailer: { send: async () => {} },
      origin: 'https://example.com',
      node: 'fra',
      timeoutMs: 20,
    })
    expect(receiver?.deliver(notice)).rejects.toThrow()
    await receiver?.deliver(notice).catch(() => {})
    await server.stop(true)
  })

  test('more than a hundred waiting: the oldest are given up and counted', () => {
    const delivery = new Delivery({ name: 'webhook', deliver: () => new Promise(() => {}) }, quiet)
    for (let n = 0; n < 150; n++) delivery.add(notice)
    expect(delivery.counts.dropped).toBe(49)
    delivery.close()
  })
})
