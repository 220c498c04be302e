import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type Sharp from 'sharp'
import { newId } from '../../src/db/ids.ts'
import { loadSharp } from '../../src/images/sharp.ts'
import { type MediaWorld, mediaWorld } from '../../test/fixtures/media.ts'
import { type Bytes, bytesOf, photo } from '../../test/fixtures/pictures.ts'
import { assetChanged } from './events.ts'
import { limits } from './limits.ts'
import { expectBlob } from './operations/blobs.ts'
import { useAssets } from './operations/uses.ts'

let world: MediaWorld
let sharp: typeof Sharp
beforeEach(async () => {
  world = await mediaWorld()
  sharp = await loadSharp('')
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await world.close()
})

interface Resource {
  readonly id: string
  readonly url: string
  readonly [name: string]: unknown
}
const json = async (response: Response) => (await response.json()) as Resource
const png = (side: number, background = '#336699') =>
  bytesOf(sharp({ create: { width: side, height: side, channels: 3, background } }).png())
const uploaded = async (bytes: Bytes, name?: string) => {
  const response = await world.upload(bytes, name)
  expect(response.status).toBe(201)
  return json(response)
}
const get = (url: string, headers: Record<string, string> = {}) => world.fetch(new Request(url, { headers }))

describe('an upload', () => {
  test('is known by its content, its sides as shown, its placeholder and its colour', async () => {
    const bytes = await bytesOf(
      (await photo(sharp, 400, 300))
        .jpeg()
        .withExif({ IFD0: { Copyright: 'me' } })
        .withMetadata({ orientation: 6 }),
    )
    const asset = await uploaded(bytes, 'C:\\pictures\\Über uns.PNG')
    expect(asset).toMatchObject({ name: 'Über uns.PNG', kind: 'image', type: 'image/jpeg', width: 300, height: 400 })
    expect(asset).toMatchObject({ frames: 1, alt: '', bytes: bytes.length })
    expect(asset.placeholder).toMatch(/^[\w+/]{20,40}=*$/)
    expect(asset.colour).toMatch(/^#[0-9a-f]{6}$/)
    expect(asset.url).toMatch(/^http:\/\/localhost\/-\/media\/ast_\w{30}\/[0-9a-f]{16}$/)
  })

  test('needs the right to write; a key that reads may look', async () => {
    const bytes = await png(8)
    expect((await world.upload(bytes, 'a.png', '', world.readKey)).status).toBe(403)
    const { id } = await uploaded(bytes)
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    expect((await world.call('GET', `/api/v1/assets/${id}`, undefined, as(world.readKey))).status).toBe(200)
    expect((await world.call('GET', `/api/v1/assets/${id}`, undefined, as(world.otherKey))).status).toBe(404)
    expect((await world.call('DELETE', `/api/v1/assets/${id}`, undefined, as(world.otherKey))).status).toBe(404)
    expect((await world.call('GET', '/api/v1/assets', undefined, { authorization: 'Bearer no' })).status).toBe(401)
  })

  test('sent again under its idempotency key makes one asset', async () => {
    const bytes = await png(8)
    const send = async (key = world.key) => {
      const form = new FormData()
      form.set('alt', 'A square')
      form.set('file', new File([bytes], 'a.png'))
      const headers = { 'idempotency-key': 'k1', authorization: `Bearer ${key}` }
      return json(await world.call('POST', '/api/v1/assets', form, headers))
    }
    const [first, again] = [await send(), await send()]
    expect(again).toEqual(first)
    expect(first.alt).toBe('A square')
    expect((await send(world.otherKey)).id).not.toBe(first.id)
  })

  test('of the same bytes keeps them once, and the room that is used counts them once', async () => {
    const bytes = await png(64)
    await uploaded(bytes)
    await uploaded(bytes)
    const storage = await (await world.call('GET', '/api/v1/storage')).json()
    expect(storage).toEqual({
      bytes: bytes.length,
      bytesMax: limits.organizationBytesMax,
      assets: 2,
      assetsMax: limits.organizationAssetsMax,
    })
  })

  test('that would not fit into its organization’s room is refused', async () => {
    const expects = (hash: string, bytes: number) => world.db.write(expectBlob, world.organizationId, { hash, bytes })
    await expects('ab'.repeat(32), limits.organizationBytesMax)
    const refused = await expects('cd'.repeat(32), limits.organizationBytesMax + 1).catch((error) => error)
    expect(refused).toMatchObject({ code: 'too-large', message: expect.stringContaining('20.0 GiB') })
  })

  test('of any other file is one to save, and runs nothing', async () => {
    const html = new TextEncoder().encode('<!doctype html><script>alert(1)</script>')
    const asset = await json(await world.upload(html, 'page".html', 'text/html'))
    expect(asset).toMatchObject({ kind: 'file', type: 'text/plain', width: null })
    const response = await get(asset.url)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="page_.html"; filename*=UTF-8''page%22.html`,
    )
    expect(await response.bytes()).toEqual(html)
  })
})

describe('the library', () => {
  test('lists newest first by cursor, by kind, and by the words of names', async () => {
    for (const name of ['Harbour at dawn.png', 'harbour-night.png', 'Größe.png', 'notes.txt']) {
      await world.upload(name.endsWith('png') ? await png(8, '#123') : 'text', name)
    }
    const names = async (query: string) => {
      const found = (await (await world.call('GET', `/api/v1/assets${query}`)).json()) as {
        items: { name: string }[]
        nextCursor: string | null
      }
      return { names: found.items.map((item) => item.name), cursor: found.nextCursor }
    }
    const first = await names('?limit=3')
    expect(first.names).toEqual(['notes.txt', 'Größe.png', 'harbour-night.png'])
    expect((await names(`?limit=3&cursor=${first.cursor}`)).names).toEqual(['Harbour at dawn.png'])
    expect((await names('?kind=file')).names).toEqual(['notes.txt'])
    expect((await names('?q=harb')).names).toEqual(['harbour-night.png', 'Harbour at dawn.png'])
    expect((await names('?q=HARBOUR%20da')).names).toEqual(['Harbour at dawn.png'])
    expect((await names('?q=gro%C3%9Fe')).names).toEqual(['Größe.png'])
    expect((await names('?q=%25')).names).toEqual([])
    expect((await world.call('GET', '/api/v1/assets?limit=1000')).status).toBe(422)
  })

  test('a name and an alternative text can be changed, and a new name is found', async () => {
    const { id } = await uploaded(await png(8), 'old.png')
    const changed = await json(
      await world.call('PATCH', `/api/v1/assets/${id}`, { name: ' New name ', alt: 'A square' }),
    )
    expect(changed).toMatchObject({ name: 'New name', alt: 'A square' })
    const search = async (q: string) =>
      (await (await world.call('GET', `/api/v1/assets?q=${q}`)).json()) as { items: [] }
    expect((await search('old')).items).toHaveLength(0)
    expect((await search('new')).items).toHaveLength(1)
    for (const body of [{ name: '' }, { name: '  ' }, { name: 'a\u0000b' }, { alt: 'x'.repeat(3_000) }, { size: 1 }]) {
      expect((await world.call('PATCH', `/api/v1/assets/${id}`, body)).status).toBe(422)
    }
  })

  test('a replacement keeps the id; the old address leads to the new bytes, and everybody hears of it', async () => {
    const heard: string[] = []
    world.db.changes.onApplied(assetChanged, (change) => heard.push(`${change.payload.what} ${change.subject}`))
    const asset = await uploaded(await png(8, '#f00'))
    const form = new FormData()
    form.set('file', new File([await png(16, '#00f')], 'b.png'))
    const replaced = await json(await world.call('PUT', `/api/v1/assets/${asset.id}/content`, form))
    expect(replaced).toMatchObject({ id: asset.id, name: 'picture.png', width: 16, colour: '#0808f8' })
    expect(replaced.url).not.toBe(asset.url)
    const old = await get(`${asset.url}?w=32`)
    expect(old.status).toBe(302)
    expect(old.headers.get('location')).toBe(`${new URL(replaced.url).pathname}?w=32`)
    const text = new FormData()
    text.set('file', new File(['text'], 'b.txt'))
    expect((await world.call('PUT', `/api/v1/assets/${asset.id}/content`, text)).status).toBe(409)
    expect(heard).toEqual([`created ${asset.id}`, `replaced ${asset.id}`])
  })

  test('what a capsule shows is not deleted, unless forced', async () => {
    const { id, url } = await uploaded(await png(8))
    const capsuleId = newId('cap', world.organizationId)
    const use = (place: 'draft' | 'published', assets: string[]) =>
      world.db.write(useAssets, world.organizationId, { capsuleId, place, assets })
    await use('draft', [id, 'ast_of_nobody'])
    await use('published', [id])
    expect(await (await world.call('GET', `/api/v1/assets/${id}/uses`)).json()).toEqual({
      items: [{ capsule: capsuleId, places: ['draft', 'published'] }],
      nextCursor: null,
    })
    const refused = await world.call('DELETE', `/api/v1/assets/${id}`)
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain(capsuleId)
    await use('draft', [])
    expect((await world.call('DELETE', `/api/v1/assets/${id}`)).status).toBe(409)
    expect((await world.call('DELETE', `/api/v1/assets/${id}?force=true`)).status).toBe(204)
    expect((await world.call('GET', `/api/v1/assets/${id}`)).status).toBe(404)
    expect((await get(url)).status).toBe(404)
  })

  test('an owner downloads the bytes as they were', async () => {
    const bytes = await png(8)
    const { id } = await uploaded(bytes)
    const response = await world.call('GET', `/api/v1/assets/${id}/content`)
    expect(await response.bytes()).toEqual(bytes)
    expect(response.headers.get('content-disposition')).toStartWith('attachment;')
  })

  test('bytes that nothing shows are kept for the grace time and then collected', async () => {
    const bytes = await png(8)
    const first = await uploaded(bytes)
    const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
    const key = { organizationId: world.organizationId, hash }
    await world.call('DELETE', `/api/v1/assets/${first.id}`)
    await world.jobs.settled()
    expect(await world.media.store.find(key)).toBeDefined()
    const second = await uploaded(bytes)
    world.aheadMs(limits.unusedGraceMs + 10_000)
    await world.jobs.settled()
    expect(await world.media.store.find(key)).toBeDefined()
    await world.call('DELETE', `/api/v1/assets/${second.id}`)
    world.aheadMs(2 * limits.unusedGraceMs + 30_000)
    await world.jobs.settled()
    expect(await world.media.store.find(key)).toBeUndefined()
    expect((await (await world.call('GET', '/api/v1/storage')).json()) as unknown).toMatchObject({
      bytes: 0,
      assets: 0,
    })
    await uploaded(bytes)
    expect(await world.media.store.find(key)).toBeDefined()
  })

  test('bytes whose asset was never made, because the process died, are collected too', async () => {
    const hash = 'ab'.repeat(32)
    await world.db.write(expectBlob, world.organizationId, { hash, bytes: 3 })
    const path = join(world.folder, 'orphan')
    await Bun.write(path, 'abc')
    await world.media.store.keep({ organizationId: world.organizationId, hash }, path)
    world.aheadMs(limits.unusedGraceMs + 10_000)
    await world.jobs.settled()
    expect(await world.media.store.find({ organizationId: world.organizationId, hash })).toBeUndefined()
  })

  test('every statement reads by an index', async () => {
    const { id } = await uploaded(await png(8))
    await world.call('GET', '/api/v1/assets?q=picture%20png&kind=image')
    await world.call('PATCH', `/api/v1/assets/${id}`, { name: 'x' })
    await world.call('GET', `/api/v1/assets/${id}/uses`)
    await world.db.write(useAssets, world.organizationId, { capsuleId: 'cap_1', place: 'draft', assets: [id] })
    await world.call('DELETE', `/api/v1/assets/${id}?force=true`)
    world.aheadMs(2 * limits.unusedGraceMs)
    await world.jobs.settled()
    expect(world.plans.scans()).toEqual([])
  })
})
