import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSharp } from '../../src/images/sharp.ts'
import { hashOf } from '../../test/fixtures/blob-contract.ts'
import { mediaWorld } from '../../test/fixtures/media.ts'
import { bytesOf, photo } from '../../test/fixtures/pictures.ts'
import { MemoryBlobs } from './blobs/memory.ts'
import { keyOf } from './blobs/store.ts'
import { limits } from './limits.ts'

test('a burst of different variants is answered or told when to come back, and nothing breaks', async () => {
  const world = await mediaWorld()
  try {
    const sharp = await loadSharp('')
    const { url } = (await (await world.upload(await bytesOf((await photo(sharp, 500, 400)).jpeg()))).json()) as {
      url: string
    }
    const widths = [32, 64, 96, 128, 192, 256, 320, 480]
    const heights = [1, 1.5, 0.75, 2, 0.5]
    const queries = widths.flatMap((w) =>
      heights.flatMap((ratio) =>
        [30, 50, 70, 90].map((q) => `?w=${w}&h=${Math.round(w / ratio)}&fit=cover&q=${q}&format=webp`),
      ),
    )
    const all = await Promise.all(queries.map((query) => world.fetch(new Request(url + query))))
    const statuses = all.map((response) => response.status)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
    const refused = all.find((response) => response.status === 503)
    expect(refused?.headers.get('retry-after')).toBe('2')
    expect(refused?.headers.get('cache-control')).toBe('no-store')
    expect(world.media.workroom.counts).toEqual({ running: 0, waiting: 0 })
    for (const query of queries.filter((_, n) => statuses[n] === 503).slice(0, 3)) {
      expect((await world.fetch(new Request(url + query))).status).toBe(200)
    }
    expect(world.bugs).toEqual([])
  } finally {
    await world.close()
  }
}, 120_000)

test('more uploads at once than are taken hear when to come back', async () => {
  const world = await mediaWorld()
  try {
    const all = await Promise.all(
      Array.from({ length: limits.uploadsAtOnceMax + 10 }, (_, n) => world.upload(`text ${n}`, `${n}.txt`)),
    )
    const refused = all.filter((response) => response.status === 503)
    expect(new Set(all.map((response) => response.status))).toEqual(new Set([201, 503]))
    expect(refused[0]?.headers.get('retry-after')).toBe('3')
    expect((await world.upload('again', 'again.txt')).status).toBe(201)
  } finally {
    await world.close()
  }
})

test('a file from elsewhere is fetched through the guard', async () => {
  const sharp = await loadSharp('')
  const bytes = await bytesOf((await photo(sharp, 40, 30)).png())
  const elsewhere = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response(bytes, { headers: { 'content-type': 'image/png' } }),
  })
  const world = await mediaWorld({
    remote: { resolve: async () => ['127.0.0.1'], isAllowed: (ip) => ip === '127.0.0.1', ports: [`${elsewhere.port}`] },
  })
  const strict = await mediaWorld()
  try {
    const url = `http://pictures.test:${elsewhere.port}/a/wave.png`
    const made = await world.call('POST', '/api/v1/imports', { url, alt: 'A wave' })
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ name: 'wave.png', alt: 'A wave', width: 40, type: 'image/png' })
    const refused = await strict.call('POST', '/api/v1/imports', { url: 'http://127.0.0.1/wave.png' })
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/url' }] })
  } finally {
    await elsewhere.stop(true)
    await world.close()
    await strict.close()
  }
})

test('a node that lacks a blob has it from another, once however many ask', async () => {
  const sharp = await loadSharp('')
  const bytes = await bytesOf((await photo(sharp, 300, 200)).jpeg())
  const store = new MemoryBlobs()
  const elsewhere = new MemoryBlobs()
  let asked = 0
  const world = await mediaWorld({
    store,
    peers: {
      share: () => {},
      find: async (name) => {
        asked++
        const key = keyOf(name)
        return key && elsewhere.find(key)
      },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-origin-'))
  try {
    const { url } = (await (await world.upload(bytes)).json()) as { url: string }
    const key = { organizationId: world.organizationId, hash: hashOf(bytes) }
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'file'), bytes)
    await elsewhere.keep(key, join(folder, 'file'))
    await store.remove(key)
    const all = await Promise.all(
      ['?w=64', '?w=128', '?w=256'].map((query) => world.fetch(new Request(`${url}${query}&format=webp`))),
    )
    expect(all.map((response) => response.status)).toEqual([200, 200, 200])
    expect(asked).toBeLessThanOrEqual(3)
    const before = asked
    expect((await world.fetch(new Request(`${url}?w=32&format=webp`))).status).toBe(200)
    expect(asked).toBe(before)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await world.close()
  }
})
