import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Demo, demo, type Served, serve } from './server.ts'

let folder = ''
let site: Demo
let server: Served

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-media-'))
  site = await demo(folder)
  server = await serve({ folder })
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const photo = (background: string) =>
  sharp({ create: { width: 1_200, height: 800, channels: 3, background } })
    .jpeg()
    .toBuffer()

async function call<T>(method: string, path: string, body?: unknown, status?: number): Promise<T> {
  const isForm = body instanceof FormData
  const answer = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${site.apiKey}`,
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (status !== undefined) expect([answer.status, text]).toEqual([status, expect.anything()])
  else if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

function form(picture: Uint8Array): FormData {
  const data = new FormData()
  data.set('file', new File([new Uint8Array(picture)], 'harbour.jpg', { type: 'image/jpeg' }))
  return data
}

test('an uploaded picture stands on the page in every format, follows its replacement, and stays while it is used', async () => {
  const asset = await call<{ id: string; width: number; height: number; url: string }>(
    'POST',
    '/assets',
    form(await photo('#335577')),
  )
  expect(asset).toMatchObject({ width: 1_200, height: 800 })
  const image = { id: 'view', type: 'image', asset: asset.id, alt: 'The harbour' }
  const draft = { format: 1, pages: [{ id: 'start', blocks: [image] }] }
  const capsule = await call<{ id: string }>('POST', '/capsules', { title: 'With a picture', draft })
  const { url } = await call<{ url: string }>('POST', `/capsules/${capsule.id}/publication`)
  const path = new URL(url).pathname
  const page = async () => (await fetch(server.origin + path)).text()
  const shown = await page()
  const source = /<source type="image\/webp" srcset="([^ "]+) /.exec(shown)?.[1]?.replaceAll('&amp;', '&')
  expect(shown).toContain('width="1200" height="800"')
  expect(shown).toContain('alt="The harbour"')
  const webp = await fetch(server.origin + source)
  expect([webp.status, webp.headers.get('content-type')]).toEqual([200, 'image/webp'])
  expect(webp.headers.get('cache-control')).toContain('immutable')
  expect((await sharp(await webp.arrayBuffer()).metadata()).width).toBe(320)

  // Replaced: the same page shows the new picture at once.
  await call('PUT', `/assets/${asset.id}/content`, form(await photo('#aa3311')))
  const replaced = await page()
  expect(replaced).not.toContain(source ?? 'none')
  const address = /<source type="image\/webp" srcset="([^ "]+) /.exec(replaced)?.[1]?.replaceAll('&amp;', '&')
  const { dominant } = await sharp(await (await fetch(server.origin + address)).arrayBuffer()).stats()
  expect(dominant.r).toBeGreaterThan(dominant.b)

  // In use: it is not deleted by accident.
  await call('DELETE', `/assets/${asset.id}`, undefined, 409)
  await call('DELETE', `/capsules/${capsule.id}/publication`)
  await call('DELETE', `/assets/${asset.id}`, undefined, 409)
  const draftUrl = `${server.origin}/api/v1/capsules/${capsule.id}/draft`
  const saved = await fetch(draftUrl, {
    method: 'PUT',
    headers: { authorization: `Bearer ${site.apiKey}`, 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify({ format: 1, pages: [{ id: 'start', blocks: [] }] }),
  })
  expect(saved.status).toBeLessThan(300)
  await call('DELETE', `/assets/${asset.id}`, undefined, 204)
})

test("another organization's picture is not shown, whatever a document says", async () => {
  const foreign = 'ast_1m865wj070000000000tx6pskxfzn00'
  const image = { id: 'view', type: 'image', asset: foreign, alt: 'Not ours' }
  const draft = { format: 1, pages: [{ id: 'start', blocks: [image] }] }
  const capsule = await call<{ id: string }>('POST', '/capsules', { title: 'With a stolen picture', draft })
  const { url } = await call<{ url: string }>('POST', `/capsules/${capsule.id}/publication`)
  const shown = await (await fetch(server.origin + new URL(url).pathname)).text()
  expect(shown).toContain('can’t be shown')
  expect(shown).not.toContain('<img')
})
