import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { type Assets, openAssets } from './assets.ts'

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
  writeFileSync(join(folder, 'chunk-2.js'), '')
  assets = openAssets(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const get = (path: string, headers: Record<string, string> = {}) =>
  assets.handle(new Request(`http://localhost${path}`, { headers }), path)

test('an asset is immutable, negotiated and validated', async () => {
  const answer = get('/-/assets/a-1.js', { 'accept-encoding': 'gzip, br' })
  expect(answer?.headers.get('content-encoding')).toBe('br')
  expect(answer?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(brotliDecompressSync(await (answer as Response).bytes()).toString()).toBe(script)
  expect(await get('/-/assets/a-1.js')?.text()).toBe(script)
  const etag = answer?.headers.get('etag') ?? ''
  expect(get('/-/assets/a-1.js', { 'accept-encoding': 'br', 'if-none-match': etag })?.status).toBe(304)
  expect(get('/-/assets/a-1.js', { 'accept-encoding': 'identity;q=0' })?.status).toBe(406)
})

test('entries are known by their source, with what they load', () => {
  expect(assets.url('modules/x/web/a.ts')).toBe('/-/assets/a-1.js')
  expect(assets.urls('modules/x/web/a.ts')).toEqual(['/-/assets/a-1.js', '/-/assets/chunk-2.js'])
  expect(() => assets.url('modules/x/web/none.ts')).toThrow('no asset')
})

test('a scan for names shuts nothing out, and leads nowhere else', () => {
  for (let n = 0; n < 5_000; n++) expect(get(`/-/assets/none-${n}.js`)).toBeUndefined()
  expect(get('/-/assets/chunk-2.js')?.status).toBe(200)
  for (const path of ['/-/assets/../manifest.json', '/-/assets/manifest.json', '/-/assets/a-1.js.br', '/other']) {
    expect(get(path)).toBeUndefined()
  }
})
