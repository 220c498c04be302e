import { expect, test } from 'bun:test'
import { openMemoryDatabases } from '../db/memory.ts'
import { cacheModule, rememberVisits, type Visited } from './operations.ts'
import { PageCache } from './pages.ts'
import { Visits } from './visits.ts'
import { Warming } from './warming.ts'

const request = new Request('http://localhost/')
const page = (body: string) => ({ body, headers: {}, tags: ['t'] })

test('the most visited are made ready first, one at a time, and a failure stops nothing', async () => {
  const order: string[] = []
  let running = 0
  const warming = new Warming(async (key) => {
    expect(++running).toBe(1)
    await Promise.resolve()
    order.push(key)
    running--
    if (key === '/b') throw new Error('broken')
  })
  for (const [key, visits] of [
    ['/a', 1],
    ['/b', 9],
    ['/c', 5],
    ['/a', 7],
  ] as const)
    warming.add(key, visits)
  await warming.settled()
  expect(order).toEqual(['/b', '/a', '/c'])
})

test('more than it can hold: the least visited are left out', async () => {
  const order: string[] = []
  const warming = new Warming(async (key) => void order.push(key))
  for (let n = 0; n < 600; n++) warming.add(`/${n}`, n)
  await warming.settled()
  expect([order.length, order[0], order.at(-1)]).toEqual([500, '/599', '/100'])
})

test('what a change threw out is warm again before anybody asks, with the visits it had', async () => {
  const pages = new PageCache(1_048_576)
  let version = 1
  const render = () => page(`version ${version}`)
  const warming = new Warming((key, visits) => pages.warm(key, render, visits))
  pages.onEvicted((key, visits) => warming.add(key, visits))
  await pages.answerOrRender('/x', request, render)
  for (let n = 0; n < 3; n++) pages.answer('/x', request)
  version = 2
  pages.evictTag('t')
  expect(pages.answer('/x', request)).toBeUndefined()
  await warming.settled()
  expect(await pages.answer('/x', request)?.text()).toBe('version 2')
  expect(pages.takeVisits(10)).toEqual([{ key: '/x', visits: 1 }])
})

test('visits are remembered by an operation, fade by half a day of age, and are bounded', async () => {
  let nowMs = 1_000_000_000
  const databases = openMemoryDatabases({ modules: [cacheModule], nowMs: () => nowMs })
  const taken: Visited[][] = [[{ key: '/old', visits: 100 }], [{ key: '/new', visits: 60 }], []]
  const visits = new Visits(databases, { takeVisits: () => taken.shift() ?? [] })
  await visits.remember()
  nowMs += 24 * 3_600_000
  await visits.remember()
  expect(visits.most(nowMs)).toEqual([
    { key: '/new', visits: 60 },
    { key: '/old', visits: 50 },
  ])
  const commits = databases.stats.commits
  await visits.remember()
  expect(databases.stats.commits).toBe(commits)
  for (let n = 0; n < 8; n++) {
    const pages = Array.from({ length: 200 }, (_, k) => ({ key: `/${n}-${k}`, visits: 1 + n }))
    await databases.write(rememberVisits, null, { pages })
  }
  const all = databases.readDirectory((tx) => tx.all('SELECT 1 FROM cache_visit'))
  expect(all.length).toBeLessThanOrEqual(1_200)
  expect(visits.most(nowMs)[0]?.key).toBe('/new')
  await visits.close()
})
