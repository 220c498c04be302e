import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { AssetFiles } from './asset-files.ts'
import { type Assets, assetsPrefix, openAssets } from './assets.ts'

let folder: string
let assets: Assets
const script = 'export const a = 1\n'.repeat(50)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-assets-'))
  mkdirSync(folder, { recursive: true })
  const manifest = { 'modules/x/web/a.ts': { url: '/-/assets/a-1.js', imports: ['/-/assets/chunk-2.js'] } }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'a-1.js'), script)
  writeFileSync(join(folder, 'a-1.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'chunk-2.js'), 'const two = 2')
  writeFileSync(join(folder, 'large-3.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, '.env'), 'SECRET=1')
  assets = openAssets(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  assets.handle(new Request(`http://localhost${path}`, { headers, method }), path)

test('an asset is immutable, negotiated and validated', async () => {
  const answer = await get('/-/assets/a-1.js', { 'accept-encoding': 'gzip, br' })
  expect(answer?.headers.get('content-encoding')).toBe('br')
  expect(answer?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(brotliDecompressSync(await (answer as Response).bytes()).toString()).toBe(script)
  const etag = answer?.headers.get('etag') ?? ''
  expect((await get('/-/assets/a-1.js', { 'accept-encoding': 'br', 'if-none-match': etag }))?.status).toBe(304)
  expect((await get('/-/assets/a-1.js', { 'accept-encoding': 'identity;q=0' }))?.status).toBe(406)
})

test('who takes no coding gets the file as it is, by @elysiajs/static: immutable, validated, typed', async () => {
  const answer = await get('/-/assets/a-1.js')
  expect(await answer?.clone().text()).toBe(script)
  expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  })
  expect(answer?.headers.get('content-encoding')).toBeNull()
  const etag = answer?.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[\w-]+"$/)
  expect((await get('/-/assets/a-1.js', { 'if-none-match': etag }))?.status).toBe(304)
})

test('the two defects of @elysiajs/static stay outside', async () => {
  // Conditional requests make it keep an answer under its prefix: each file must still be its own.
  const stale = { 'if-none-match': '"other"', 'if-modified-since': new Date(0).toUTCString() }
  for (const headers of [stale, {}, stale, {}]) {
    expect(await (await get('/-/assets/a-1.js', headers))?.text()).toBe(script)
    expect(await (await get('/-/assets/chunk-2.js', headers))?.text()).toBe('const two = 2')
  }
  // Patterns that are text are read the wrong way round: what is to be hidden would be shown.
  for (const name of ['manifest.json', 'a-1.js.br', '.env', '']) {
    expect(await get(`/-/assets/${name}`)).toBeUndefined()
    const path = `/-/assets/${name}`
    const beside = await new AssetFiles(folder, assetsPrefix).answer(
      new Request(`http://localhost${path}`),
      new Headers(),
    )
    expect(beside.status).toBe(404)
  }
})

test('through the server a file has HEAD and ranges', async () => {
  const server = Bun.serve({
    port: 0,
    fetch: async (request) =>
      (await assets.handle(request, new URL(request.url).pathname)) ?? new Response(null, { status: 404 }),
  })
  const ask = (init: RequestInit) =>
    fetch(new URL('/-/assets/a-1.js', server.url), {
      ...init,
      headers: { 'accept-encoding': 'identity', ...init.headers },
    })
  const head = await ask({ method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(script.length), ''])
  const part = await ask({ headers: { range: 'bytes=7-11' } })
  expect([part.status, await part.text()]).toEqual([206, script.slice(7, 12)])
  expect((await ask({ headers: { range: 'bytes=999999-' } })).status).toBe(416)
  const absurd = `bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join()}`
  expect((await ask({ headers: { range: absurd } })).status).toBe(200)
  await server.stop(true)
})

test('of a large asset only the smallest copy is there; the others are made of it', async () => {
  expect(await (await get('/-/assets/large-3.js'))?.text()).toBe(script)
  const packed = await get('/-/assets/large-3.js', { 'accept-encoding': 'br' })
  expect(packed?.headers.get('content-encoding')).toBe('br')
})

test('entries are known by their source, with what they load', () => {
  expect(assets.url('modules/x/web/a.ts')).toBe('/-/assets/a-1.js')
  expect(assets.urls('modules/x/web/a.ts')).toEqual(['/-/assets/a-1.js', '/-/assets/chunk-2.js'])
  expect(() => assets.url('modules/x/web/none.ts')).toThrow('no asset')
})

test('a scan for names shuts nothing out, and leads nowhere else', async () => {
  for (let n = 0; n < 5_000; n++) expect(get(`/-/assets/none-${n}.js`)).toBeUndefined()
  expect((await get('/-/assets/chunk-2.js'))?.status).toBe(200)
  for (const path of ['/-/assets/../manifest.json', '/-/assets/manifest.json', '/-/assets/a-1.js.br', '/other']) {
    expect(get(path)).toBeUndefined()
  }
  for (const path of ['/-/assets/..%2fmanifest.json', '/-/assets/%2e%2e/secret.js', '/-/assets//etc/passwd.js']) {
    expect(get(path)).toBeUndefined()
  }
})
