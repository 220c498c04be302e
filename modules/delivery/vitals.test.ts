import { beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '../../src/db/ids.ts'
import { headingOf, openHouse } from '../../test/fixtures/capsule-house.ts'
import { bounds, bucketOf, histogramOf, metrics } from './vital-buckets.ts'
import { vitalRoutes } from './vital-routes.ts'
import { Vitals } from './vitals.ts'

let house: Awaited<ReturnType<typeof openHouse>>
let vitals: Vitals
let capsule = ''

beforeAll(async () => {
  house = await openHouse()
  vitals = new Vitals(house.db, house.capsules, 'fra')
  let clients = 0
  house.app.use(vitalRoutes({ ...house, vitals, addressOf: () => `10.0.0.${clients++ % 250}` }))
  capsule = (await house.our('POST', '/capsules', { title: 'Quick', draft: headingOf('One') })).body.id
})

const send = (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  house.app.handle(
    new Request('http://localhost/-/vitals', {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )

test('what browsers tell becomes histograms for the owner, by device and region', async () => {
  for (let n = 1; n <= 100; n++) {
    const answer = await send({ capsule, device: 'phone', metrics: { lcp: n * 30, cls: 0, ttfb: 40 } })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, null])
  }
  await send({ capsule, device: 'desktop', metrics: { inp: 250 } })
  await vitals.store()
  const { status, body } = await house.our('GET', `/capsules/${capsule}/vitals`)
  expect(status).toBe(200)
  const [desktop, phone] = body.items as unknown as {
    device: string
    metrics: Record<string, { count: number; p75: number | null; good: number | null }>
  }[]
  expect([desktop?.device, phone?.device]).toEqual(['desktop', 'phone'])
  expect(phone?.metrics.lcp).toMatchObject({ count: 100, good: 0.83 })
  expect(Math.abs((phone?.metrics.lcp?.p75 ?? 0) - 2_250)).toBeLessThan(60)
  expect(phone?.metrics.inp).toMatchObject({ count: 0, p75: null, good: null })
  expect(desktop?.metrics.inp).toMatchObject({ count: 1, good: 0 })
  const regions = await house.our('GET', `/capsules/${capsule}/vitals?by=region&days=1`)
  expect(regions.body.items.map((one) => one.region)).toEqual(['fra', 'fra'])
  const commits = house.db.stats.commits
  await vitals.store()
  expect(house.db.stats.commits).toBe(commits)
})

describe('bad input', () => {
  test.each([
    ['', 422],
    ['{', 400],
    ['null', 422],
    [{ capsule: 'x', device: 'fridge', metrics: {} }, 422],
    [{ capsule: 'x', device: 'phone', metrics: { lcp: -1 } }, 422],
    [{ capsule: 'x', device: 'phone', metrics: { lcp: 1e12 } }, 422],
    [{ capsule: 'x', device: 'phone', metrics: { name: 'Ada' } }, 422],
    [{ capsule: 'x', device: 'phone', metrics: {}, visitor: 'Ada' }, 422],
    [{ capsule: 'x'.repeat(2_000), device: 'phone', metrics: {} }, 422],
  ] as const)('(case %#) is refused', async (body, status) => {
    expect((await send(body)).status).toBe(status)
  })

  test('capsules that there are not leave nothing behind, however many are named', async () => {
    const commits = house.db.stats.commits
    for (let n = 0; n < 5_000; n++) {
      vitals.add({ capsule: `cap_${n}`, device: 'phone', metrics: { lcp: n } })
    }
    vitals.add({ capsule: newId('cap', house.ours.organizationId), device: 'phone', metrics: { lcp: 1 } })
    await vitals.store()
    expect(house.db.stats.commits).toBe(commits)
  })

  test('somebody else’s capsule tells nothing, and so does a wrong question', async () => {
    expect((await house.call(house.theirs.key, 'GET', `/capsules/${capsule}/vitals`)).status).toBe(404)
    expect((await house.our('GET', `/capsules/${capsule}/vitals?days=1000`)).status).toBe(422)
    expect((await house.our('GET', `/capsules/${capsule}/vitals?by=visitor`)).status).toBe(422)
  })
})

test('one client is not heard without end', async () => {
  const other = await openHouse()
  other.app.use(
    vitalRoutes({ ...other, vitals: new Vitals(other.db, other.capsules, 'fra'), addressOf: () => '10.1.1.1' }),
  )
  const ask = () =>
    other.app.handle(
      new Request('http://localhost/-/vitals', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ capsule: 'x', device: 'phone', metrics: {} }),
      }),
    )
  const statuses: number[] = []
  for (let n = 0; n < 80; n++) statuses.push((await ask()).status)
  expect(statuses.at(-1)).toBe(429)
})

test('buckets hold the bounds of good and poor exactly', () => {
  expect(bucketOf('lcp', 2_500)).toBe(bounds.lcp.indexOf(2_500))
  expect(bucketOf('lcp', 2_501)).toBe(bounds.lcp.indexOf(2_500) + 1)
  expect(bucketOf('cls', 0)).toBe(0)
  for (const metric of metrics) {
    expect(bucketOf(metric, 1e9)).toBe(bounds[metric].length)
    const all = new Map([[bounds[metric].length, 4]])
    expect(histogramOf(metric, all)).toMatchObject({ count: 4, good: 0, p75: bounds[metric].at(-1) })
  }
})
