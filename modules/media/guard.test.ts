import { afterEach, beforeEach, expect, test } from 'bun:test'
import { loadSharp } from '../../src/images/sharp.ts'
import { type MediaWorld, mediaWorld } from '../../test/fixtures/media.ts'
import { bytesOf, photo } from '../../test/fixtures/pictures.ts'

let world: MediaWorld
const guarded = new Set<string>()
beforeEach(async () => {
  guarded.clear()
  world = await mediaWorld({ isGuarded: (id) => guarded.has(id) })
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await world.close()
})

interface Resource {
  readonly id: string
  readonly url: string
  readonly thumbnail: string
}
const get = (address: string) => world.fetch(new Request(new URL(address, 'http://localhost')))

async function picture(): Promise<Resource> {
  const sharp = await loadSharp('')
  const answer = await world.upload(await bytesOf((await photo(sharp, 800, 600)).jpeg()))
  return (await answer.json()) as Resource
}

test('a guarded picture opens by signed addresses alone, also when it lay ready before', async () => {
  const { id, url } = await picture()
  const address = `${url}?w=320&format=webp`
  expect((await get(address)).status).toBe(200)
  expect((await get(address)).headers.get('cache-status')).toBe('encapsify; hit')
  guarded.add(id)
  expect((await get(address)).status).toBe(403)
  expect((await get(url)).status).toBe(403)
  const shown = world.media.guard.forPrivatePage().pictureOf(id)
  const all = [shown?.url, ...(shown?.srcset ?? '').split(', '), ...(shown?.sources[0]?.srcset ?? '').split(', ')]
  for (const one of all) {
    const answer = await get((one ?? '').split(' ')[0] ?? '')
    expect([one, answer.status]).toEqual([one, 200])
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
  }
  const changed = (shown?.url ?? '').replace(/w=\d+/, 'w=2000')
  expect((await get(changed)).status).toBe(403)
  guarded.delete(id)
  expect((await get(address)).status).toBe(200)
})

test('an address is good until its time, which is never beyond the visitor’s own', async () => {
  const { id } = await picture()
  guarded.add(id)
  const past = world.media.guard.forPrivatePage(Date.now() - 60_000).pictureOf(id)?.url ?? ''
  const answer = await get(past)
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('has expired')])
})

test('owners are shown it in their library', async () => {
  const { id } = await picture()
  expect((await (await world.call('GET', `/api/v1/assets/${id}`)).json()).url).not.toContain('sig=')
  guarded.add(id)
  const { url, thumbnail } = (await (await world.call('GET', `/api/v1/assets/${id}`)).json()) as Resource
  for (const address of [url, thumbnail]) {
    expect(address).toContain('sig=')
    expect((await get(address)).status).toBe(200)
  }
  expect(world.media.guard.forOwners().pictureOf(id)?.url).toContain('sig=')
})

test('an address that was signed for ever, or by its reader for a long time, opens nothing that is guarded', async () => {
  const { id } = await picture()
  const signed = async (query: string) =>
    ((await (await world.call('GET', `/api/v1/assets/${id}/address?${query}`)).json()) as { url: string }).url
  const before = await signed('w=333&format=webp')
  expect((await get(before)).status).toBe(200)
  guarded.add(id)
  expect((await get(before)).status).toBe(403)
  const [now, long] = [await signed('w=333&format=webp'), await signed('w=333&format=webp&exp=99999999999')]
  for (const url of [now, long]) {
    expect((await get(url)).status).toBe(200)
    expect(Number(new URL(url).searchParams.get('exp'))).toBeLessThan(Date.now() / 1_000 + 3 * 3_600)
  }
})
