import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { PageFilm } from '../../modules/media/index.ts'
import { film } from '../fixtures/films.ts'
import { type MediaWorld, mediaWorld } from '../fixtures/media.ts'

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

const get = (url: string, headers: Record<string, string> = {}) => world.fetch(new Request(url, { headers }))

/** A film that only some may see, with all that is made of it. */
async function guardedFilm(): Promise<string> {
  const { id } = (await (await world.upload(await film({ seconds: 5, size: '320x240' }), 'film.mp4')).json()) as {
    id: string
  }
  await world.jobs.settled()
  guarded.add(id)
  return id
}

function shownTo(id: string, untilMs?: number): PageFilm & { readonly playlist: string } {
  const shown = world.media.guard.forPrivatePage(untilMs).filmOf(id)
  if (shown?.playlist === undefined) throw new Error('There is no playlist.')
  return { ...shown, playlist: new URL(shown.playlist, 'http://localhost').href }
}

/** What a text of a film names, as addresses. */
async function partsOf(address: string): Promise<string[]> {
  const answer = await get(address)
  expect([address, answer.status]).toEqual([address, 200])
  expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
  const text = await answer.text()
  const names = text.split('\n').flatMap((line) => (/^(?:[^#\n]\S*)$/.test(line) ? [line] : []))
  const maps = [...text.matchAll(/URI="([^"]+)"/g)].map(([, name = '']) => name)
  return [...new Set([...names, ...maps])].map((name) => new URL(name, address).href)
}

test('a guarded film plays from its ladder: playlists name parts that are signed as they are', async () => {
  const { playlist } = shownTo(await guardedFilm())
  const rungs = await partsOf(playlist)
  expect(rungs.map((one) => new URL(one).pathname.split('/').at(-1))).toEqual(['video-240.m3u8', 'sound.m3u8'])
  for (const rung of rungs) {
    const segments = await partsOf(rung)
    // One file with all segments: one address.
    expect(segments).toHaveLength(1)
    const part = await get(segments[0] ?? '', { range: 'bytes=0-99' })
    expect([part.status, (await part.bytes()).length]).toEqual([206, 100])
    expect(part.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
    const [given, asked] = [segments[0] ?? '', rung].map((one) => new URL(one).searchParams.get('exp'))
    expect(given).toBe(asked ?? '')
  }
})

test('without the right nobody gets one of its parts, whatever signature they bring', async () => {
  const { playlist } = shownTo(await guardedFilm())
  const [rung = ''] = await partsOf(playlist)
  const [segments = ''] = await partsOf(rung)
  const bare = (url: string) => url.replace(/\?.*$/, '')
  for (const one of [playlist, rung, segments]) expect((await get(bare(one))).status).toBe(403)
  // A signature opens what it was made for.
  for (const from of [playlist, rung]) {
    expect((await get(bare(segments) + new URL(from).search)).status).toBe(403)
  }
  const later = new URL(segments)
  later.searchParams.set('exp', '99999999999')
  expect((await get(later.href)).status).toBe(403)
  for (const name of ['poster.jpg', 'preview.mp4', 'storyboard.vtt', 'storyboard.jpg']) {
    expect((await get(new URL(name, bare(playlist)).href)).status).toBe(403)
  }
})

test('its addresses outlast the film, but never the visitor’s own right', async () => {
  const id = await guardedFilm()
  const expiry = (url: string) => Number(new URL(url, 'http://localhost').searchParams.get('exp'))
  const { durationMs = 0, playlist, url } = shownTo(id)
  const hour = 3_600
  expect(expiry(url) % hour).toBe(Math.ceil(durationMs / 1_000))
  expect(expiry(playlist)).toBe(expiry(url))
  const untilMs = Date.now() + 90_000
  const soon = shownTo(id, untilMs)
  const [rung = ''] = await partsOf(soon.playlist)
  const [segments = ''] = await partsOf(rung)
  expect([soon.playlist, rung, segments].map(expiry)).toEqual(Array(3).fill(Math.ceil(untilMs / 1_000)))
  const past = shownTo(id, Date.now() - 1_000)
  expect((await get(past.playlist)).status).toBe(403)
})

test('a storyboard names its frames so that they open', async () => {
  const id = await guardedFilm()
  const answer = (await (await world.call('GET', `/api/v1/assets/${id}`)).json()) as { film: { storyboard: string } }
  const { storyboard } = answer.film
  const text = await (await get(storyboard)).text()
  const [frame = ''] = /^storyboard\.jpg\S+$/m.exec(text) ?? []
  expect(frame).toMatch(/^storyboard\.jpg\?exp=\d+&sig=[\w-]{22}#xywh=0,0,\d+,\d+$/)
  expect((await get(new URL(frame, storyboard).href)).status).toBe(200)
})

test('once it is for everybody its playlist names parts without signatures, which never change', async () => {
  const id = await guardedFilm()
  guarded.delete(id)
  const shown = world.media.assets.filmOf(id)?.playlist ?? ''
  const answer = await get(new URL(shown, 'http://localhost').href)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(await answer.text()).not.toContain('sig=')
})
