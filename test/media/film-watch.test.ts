import { afterEach, beforeEach, expect, test } from 'bun:test'
import { limits } from '../../modules/media/limits.ts'
import { film } from '../fixtures/films.ts'
import { type MediaWorld, mediaWorld } from '../fixtures/media.ts'
import { gifOfFrames } from '../fixtures/pictures.ts'

let world: MediaWorld
beforeEach(async () => {
  world = await mediaWorld()
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await world.close()
})

interface Resource {
  readonly id: string
  readonly film: { readonly state: string; readonly rungs: readonly { readonly name: string }[] }
}
const uploaded = async () => (await (await world.upload(await film({ seconds: 1 }), 'film.mp4')).json()) as Resource
const look = (id: string, query: string) => world.call('GET', `/api/v1/assets/${id}/film${query}`)

test('who waits hears of the first rung when it stands, and of the end when it is reached', async () => {
  const { id } = await uploaded()
  const [playable, settled] = [look(id, '?until=playable'), look(id, '')]
  const first = playable.then((answer) => answer.json() as Promise<Resource>)
  await world.jobs.settled()
  expect((await first).film).toMatchObject({ state: 'working', rungs: [{ name: 'video-240' }] })
  expect(((await (await settled).json()) as Resource).film.state).toBe('ready')
  expect(((await (await look(id, '')).json()) as Resource).film.state).toBe('ready')
})

test('who asks for no wait, or is told that the server ends, hears what there is', async () => {
  const { id } = await uploaded()
  expect(((await (await look(id, '?wait=0')).json()) as Resource).film.state).toBe('waiting')
  const waiting = look(id, '')
  world.media.drain()
  expect(((await (await waiting).json()) as Resource).film.state).toBe('waiting')
})

test('as many may wait as there is room for; a film that is deleted keeps nobody', async () => {
  const { id } = await uploaded()
  const waiting = Array.from({ length: limits.filmWaitsMax }, () => look(id, ''))
  const refused = await Promise.race([...waiting, look(id, '')])
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
  expect((await world.call('DELETE', `/api/v1/assets/${id}`)).status).toBe(204)
  expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([404]))
})

test('only of one’s own films, and of nothing else', async () => {
  const { id } = await uploaded()
  const others = { authorization: `Bearer ${world.otherKey}` }
  expect((await world.call('GET', `/api/v1/assets/${id}/film?wait=0`, undefined, others)).status).toBe(404)
  const picture = (await (await world.upload(gifOfFrames(1), 'still.gif')).json()) as Resource
  expect((await look(picture.id, '')).status).toBe(409)
  expect((await look(id, '?wait=26')).status).toBe(422)
})
