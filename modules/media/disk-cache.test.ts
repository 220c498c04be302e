import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskCache } from './disk-cache.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
const place = () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-cache-'))
  folders.push(folder)
  return folder
}
const put = async (cache: DiskCache, key: string, bytes: number) => {
  const held = await cache.fill(key, (path) => writeFile(path, new Uint8Array(bytes)))
  held[Symbol.dispose]()
  return held.path
}

test('a key is made once, whoever asks at once', async () => {
  const cache = new DiskCache(place(), 1_000)
  let made = 0
  const all = await Promise.all(
    Array.from({ length: 20 }, () =>
      cache.fill('k', async (path) => {
        made++
        await writeFile(path, 'x')
      }),
    ),
  )
  expect(made).toBe(1)
  expect(new Set(all.map((held) => held.path)).size).toBe(1)
})

test('it stays within its bytes; the least recently used goes, what is held stays', async () => {
  const cache = new DiskCache(place(), 300)
  const a = await put(cache, 'a', 100)
  const held = await cache.hold('a')
  const b = await put(cache, 'b', 100)
  const c = await put(cache, 'c', 100)
  ;(await cache.hold('b'))?.[Symbol.dispose]()
  await put(cache, 'd', 100)
  expect([a, b, c].map((path) => existsSync(path))).toEqual([true, true, false])
  held?.[Symbol.dispose]()
  await put(cache, 'e', 100)
  expect(existsSync(a)).toBe(false)
  expect(cache.bytes).toBe(300)
  expect(await cache.hold('c')).toBeUndefined()
})

test('a failure leaves nothing, and the next one tries again', async () => {
  const folder = place()
  const cache = new DiskCache(folder, 300)
  const fail = cache.fill('k', async (path) => {
    await writeFile(path, 'half')
    throw new Error('as asked')
  })
  await expect(fail).rejects.toThrow('as asked')
  expect(readdirSync(folder).filter((name) => name.startsWith('new-'))).toEqual([])
  expect(existsSync(await put(cache, 'k', 10))).toBe(true)
})

test('what an earlier process left is found again, within the bound', async () => {
  const folder = place()
  await put(new DiskCache(folder, 1_000), 'a', 100)
  const again = new DiskCache(folder, 1_000)
  expect((await again.hold('a'))?.bytes).toBe(100)
  const smaller = new DiskCache(folder, 50)
  expect(await smaller.hold('a')).toBeUndefined()
  expect(smaller.bytes).toBe(0)
})
