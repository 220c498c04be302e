import { afterEach, describe, expect, test } from 'bun:test'
import { webhookHouse } from '../../test/fixtures/webhook-house.ts'
import { dueAfter } from './operations/digests.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function setup() {
  const house = await webhookHouse()
  closing.push(async () => {
    await house.close()
    expect(house.bugs).toEqual([])
  })
  return house
}

describe('letters', () => {
  test('tell once an hour, a day or a week what came in, and nothing when nothing did', async () => {
    const { digests, ours, vote, clock, jobs, letters, userId } = await setup()
    await vote()
    await digests.setWish(ours.organizationId, userId, { every: 'day', leads: false })
    await vote()
    await vote()
    const next = (ms: number) => {
      clock.nowMs += ms
      return jobs.settled()
    }
    await next(21 * 3_600_000)
    expect(letters).toEqual([])
    await next(3_600_000)
    expect(letters).toMatchObject([{ to: 'Ours@example.com', subject: '2 answers since yesterday' }])
    expect(letters[0]?.text).toContain('Lunch: 2 answers')
    await next(24 * 3_600_000)
    expect(letters.length).toBe(1)
    await vote()
    await digests.setWish(ours.organizationId, userId, { every: 'hour', leads: false })
    await next(3_600_000)
    expect(letters[1]?.subject).toBe('1 answer in the last hour')
    await digests.setWish(ours.organizationId, userId, { every: 'never', leads: false })
    await vote()
    await next(30 * 24 * 3_600_000)
    expect(letters.length).toBe(2)
  })

  test('tell of a hot lead whoever wants to know, and a webhook too, once', async () => {
    const { digests, ours, capsule, letters, userId, first, hook, jobs, heard } = await setup()
    await hook({ events: ['lead.hot'] })
    await digests.setWish(ours.organizationId, userId, { every: 'never', leads: true })
    const lead = {
      id: 'lead1',
      capsuleId: capsule,
      visitor: 'v1',
      email: 'kim@example.com',
      score: 72,
      atMs: 1_800_000_000_000,
    }
    await digests.lead(lead)
    await first.lead(lead)
    await first.lead(lead)
    await jobs.settled()
    expect(letters).toMatchObject([{ subject: 'kim@example.com is interested in “Lunch”' }])
    expect(heard.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'lead.hot', data: { capsule: { title: 'Lunch' }, lead: { email: 'kim@example.com', score: 72 } } },
    ])
  })

  test('are due at 07:00 UTC, weekly ones on Monday', () => {
    const at = (...date: [number, number, number, number]) => Date.UTC(...date)
    expect(dueAfter('day', at(2026, 10, 24, 6))).toBe(at(2026, 10, 24, 7))
    expect(dueAfter('day', at(2026, 10, 24, 7))).toBe(at(2026, 10, 25, 7))
    expect(dueAfter('week', at(2026, 10, 24, 7))).toBe(at(2026, 10, 30, 7))
    expect(new Date(dueAfter('week', at(2026, 10, 24, 7))).getUTCDay()).toBe(1)
    expect(dueAfter('hour', at(2026, 10, 24, 7))).toBe(at(2026, 10, 24, 8))
  })
})

test('no statement of webhooks and letters reads a table without an index', async () => {
  const { hook, vote, settled, call, digests, ours, userId, clock, jobs, plans } = await setup()
  const { id } = await hook()
  await vote()
  await settled()
  await call('GET', '/webhooks')
  await call('GET', `/webhooks/${id}/deliveries`)
  await call('GET', `/webhooks/${id}/deliveries?state=failed`)
  await digests.setWish(ours.organizationId, userId, { every: 'hour', leads: true })
  clock.nowMs += 3_600_000
  await jobs.settled()
  await call('DELETE', `/webhooks/${id}`)
  await jobs.settled()
  expect(plans.scans()).toEqual([])
})
