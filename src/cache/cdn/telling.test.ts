import { afterEach, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { openMemoryDatabases } from '../../db/memory.ts'
import { defineChange, defineOperation } from '../../db/operation.ts'
import { JobRunner } from '../../jobs/jobs.ts'
import { Invalidation } from '../invalidation.ts'
import { cacheModule, cachePurged, purgeCaches } from '../operations.ts'
import type { CdnConfig } from './cdn.ts'
import { CdnTelling, cdnOf, purgesOf } from './telling.ts'

interface Heard {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

const changed = defineChange('thing.changed', Type.Object({}))
const change = defineOperation(
  { name: 'thing.change', database: 'directory', input: Type.Object({ ids: Type.Array(Type.String()) }) },
  (_tx, { ids }, context) => {
    for (const id of ids) context.announce(changed, id, {})
  },
)
const thingModule = { migrations: { module: 'thing', directory: [], shard: [] }, operations: [change] }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A CDN's API that writes down what it hears, and answers what a test says. */
function listening(answers: (() => Response)[] = []) {
  const heard: Heard[] = []
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const text = await request.text()
      const url = request.url.slice(server.url.origin.length)
      heard.push({ url, headers: Object.fromEntries(request.headers), body: text === '' ? '' : JSON.parse(text) })
      return answers.shift()?.() ?? Response.json({ success: true })
    },
  })
  closing.push(() => server.stop(true))
  return { heard, api: server.url.origin }
}

async function telling(config: CdnConfig, nowMs = () => Date.now()) {
  const databases = openMemoryDatabases({ modules: [cacheModule, thingModule], shards: 1, nowMs })
  const quiet = { warn: () => {}, error: () => {} }
  const jobs = new JobRunner({ databases, log: quiet, nowMs })
  const invalidation = new Invalidation(databases.changes, () => {})
  invalidation.on(changed, ({ subject }) => [`thing:${subject}`])
  invalidation.on(cachePurged, ({ payload }) => (payload as { tags: string[] }).tags)
  const waits: number[] = []
  let allowanceMs = 0
  const made = new CdnTelling({
    databases,
    jobs,
    invalidation,
    cdn: cdnOf(config),
    origin: 'https://capsules.example',
    reportBug: (error) => console.error(error),
    nowMs: () => allowanceMs,
    wait: async (ms) => {
      waits.push(ms)
      allowanceMs += ms
    },
  })
  await jobs.start()
  closing.push(() => jobs.close())
  /** All that is due is done. */
  const settled = async () => {
    await made.enqueued()
    await jobs.settled()
  }
  return { databases, settled, made, waits, write: (...ids: string[]) => databases.write(change, null, { ids }) }
}

const shapes: [CdnConfig['name'], Heard['url'], string, string, unknown, unknown][] = [
  [
    'cloudflare',
    '/zones/z1/purge_cache',
    'authorization',
    'Bearer t1',
    { tags: ['thing:a', 'thing:b'] },
    { purge_everything: true },
  ],
  ['fastly', '/service/z1/purge', 'fastly-key', 't1', { surrogate_keys: ['thing:a', 'thing:b'] }, ''],
  ['bunny', '/pullzone/z1/purgeCache', 'accesskey', 't1', { CacheTag: 'thing:a' }, ''],
]

describe.each(shapes)('%s', (name, url, header, value, body, all) => {
  test('hears each change in its own words, once, and everything when it is told for the first time', async () => {
    const { heard, api } = listening()
    let nowMs = 1_000_000
    const { settled, made, write } = await telling({ name, token: 't1', zone: 'z1', api }, () => nowMs)
    await write('before')
    made.begin()
    nowMs += 1_000
    await settled()
    expect(heard.splice(0).map((one) => one.body)).toEqual([all])
    await write('a', 'b')
    nowMs += 1_000
    await settled()
    expect(heard[0]).toMatchObject({ url, body, headers: { [header]: value } })
    expect(heard).toHaveLength(name === 'bunny' ? 2 : 1)
    nowMs += 1_000
    await settled()
    expect(heard).toHaveLength(name === 'bunny' ? 2 : 1)
  })

  test('hears of an address', async () => {
    const { heard, api } = listening()
    const cdn = cdnOf({ name, token: 't1', zone: 'z1', api })
    const [purge] = purgesOf(new Set(['path:/north/tour']), cdn, 'https://capsules.example')
    const request = cdn.request(purge ?? { everything: true })
    await fetch(request.url, request)
    expect(heard[0]?.url + JSON.stringify(heard[0]?.body)).toBe(
      {
        cloudflare: '/zones/z1/purge_cache{"files":["https://capsules.example/north/tour"]}',
        fastly: '/purge/capsules.example/north/tour""',
        bunny: '/purge?url=https%3A%2F%2Fcapsules.example%2Fnorth%2Ftour&async=true""',
      }[name],
    )
  })
})

test('a refusal is tried again, from the same place; a crash forgets nothing', async () => {
  const { heard, api } = listening([
    () => Response.json({ success: true }),
    () => Response.json({ success: false, errors: [{ message: 'no' }] }),
    () => new Response('busy', { status: 429 }),
  ])
  let nowMs = 1_000_000
  const { settled, made, write } = await telling({ name: 'cloudflare', token: 't', zone: 'z', api }, () => nowMs)
  await write('first')
  made.begin()
  nowMs += 1_000
  await settled()
  await write('a')
  for (let n = 0; n < 4; n++) {
    nowMs += 60_000
    await settled()
  }
  expect(heard.slice(1).map((one) => one.body)).toEqual(Array(3).fill({ tags: ['thing:a'] }))
})

test('many changes are few requests, and these wait for their turn', async () => {
  const { heard, api } = listening()
  let nowMs = 1_000_000
  const { databases, settled, made, write, waits } = await telling(
    { name: 'cloudflare', token: 't', zone: 'z', api },
    () => nowMs,
  )
  await write('first')
  made.begin()
  nowMs += 1_000
  await settled()
  heard.splice(0)
  for (let n = 0; n < 10; n++) await write(...Array.from({ length: 25 }, (_, k) => `${n}-${k}`))
  nowMs += 1_000
  await settled()
  expect(heard.map((one) => (one.body as { tags: string[] }).tags.length)).toEqual([100, 100, 50])
  expect(waits).toEqual([])
  for (let n = 0; n < 30; n++) {
    await databases.write(purgeCaches, null, { tags: [`path:/${n}`] })
    nowMs += 1_000
    await settled()
  }
  expect(waits.length).toBeGreaterThan(0)
  expect(waits.every((ms) => ms > 0 && ms <= 12_000)).toBe(true)
})
