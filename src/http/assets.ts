import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { cacheHeaders } from '../cache/rules.ts'
import { AssetFiles } from './asset-files.ts'
import { type Encoding, negotiate } from './encoding.ts'
import type { Door } from './server.ts'
import { matches } from './validators.ts'

const unpack = promisify(brotliDecompress)

export const assetsPrefix = '/-/assets/'

/** What the build made of the files in `modules/<name>/web/`. */
export interface Assets {
  /** The address of an entry, by its source path. @throws Error when the build has no such entry. */
  url(entry: string): string
  /** The entry and all it imports, for `modulepreload`. */
  urls(entry: string): readonly string[]
  /** The contents of an entry, for what is inlined. */
  text(entry: string): string
  /** Of the build: another one for any other asset. */
  readonly generation: string
  /** Answers `/-/assets/…`; undefined for anything else. */
  handle(request: Request, path: string): Response | Promise<Response> | undefined
}

interface Representation {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly encoding: Encoding
  readonly etag: string
  readonly headers: Headers
}

interface Asset {
  readonly compressed: readonly Representation[]
  /** Known by what is in it, which lies in a file that is served as it is, or is unpacked when somebody asks. */
  readonly identity: { readonly etag: string; readonly headers: Headers; readonly isFile: boolean }
  readonly offered: readonly Encoding[]
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** Answers what lies below `/-/assets/`. */
export function assetDoor(assets: Assets): Door {
  return (request) => assets.handle(request, pathOf(request.url))
}

function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}

/** The folder of built assets: beside the sources, or inside the executable. */
export function assetsFolder(): string {
  return Bun.isStandaloneExecutable ? join(import.meta.dir, 'web') : join(import.meta.dir, '../../dist/web')
}

/** Reads the manifest of a built folder. @throws Error when the folder was not built. */
export function openAssets(folder: string): Assets {
  const path = join(folder, 'manifest.json')
  if (!existsSync(path)) throw new Error('The web assets are not built: run ./scripts/build web.')
  const manifestText = readFileSync(path, 'utf8')
  const manifest = JSON.parse(manifestText) as Record<string, { url: string; imports: string[] }>
  // Only what exists is remembered: a scan for names must neither grow the memory nor shut anything out.
  const loaded = new Map<string, Asset>()
  const texts = new Map<string, string>()
  const files = new AssetFiles(folder, assetsPrefix)

  const entryOf = (entry: string) => {
    const found = manifest[entry]
    if (found === undefined) throw new Error(`The build has no asset ${entry}.`)
    return found
  }
  const assetAt = (url: string): Asset | undefined => {
    const known = loaded.get(url)
    if (known !== undefined || !isName(url) || !isBuilt(folder, url)) return known
    const asset = load(folder, url)
    loaded.set(url, asset)
    return asset
  }
  return {
    generation: createHash('sha256').update(manifestText).digest('hex').slice(0, 12),
    url: (entry) => entryOf(entry).url,
    urls: (entry) => [entryOf(entry).url, ...entryOf(entry).imports],
    text(entry) {
      const known = texts.get(entry) ?? readFileSync(fileOf(folder, entryOf(entry).url), 'utf8').trim()
      texts.set(entry, known)
      return known
    },
    handle(request, pathname) {
      if (!pathname.startsWith(assetsPrefix)) return undefined
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
      const asset = assetAt(pathname)
      return asset === undefined ? undefined : answer(request, asset, files)
    },
  }
}

/** The build's compressed files are in front; who takes none of them gets the file as it is. */
function answer(request: Request, asset: Asset, files: AssetFiles): Response | Promise<Response> {
  const encoding = negotiate(request.headers.get('accept-encoding'), asset.offered)
  if (encoding === undefined) return new Response(null, { status: 406, headers: { vary: 'Accept-Encoding' } })
  const packed = asset.compressed.find((one) => one.encoding === encoding)
  const { etag, headers } = packed ?? asset.identity
  const match = request.headers.get('if-none-match')
  if (match !== null && matches(match, etag)) return new Response(null, { status: 304, headers })
  if (packed !== undefined) return new Response(packed.bytes, { headers })
  if (asset.identity.isFile) return files.answer(request, headers)
  const [smallest] = asset.compressed
  if (smallest === undefined) throw new Error('An asset has at least one representation.')
  return unpack(smallest.bytes).then((bytes) => new Response(new Uint8Array(bytes), { headers }))
}

function load(folder: string, url: string): Asset {
  const file = fileOf(folder, url)
  const type = types[url.slice(url.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const compressed = (
    [
      ['br', `${file}.br`],
      ['zstd', `${file}.zst`],
    ] as const
  )
    .filter(([, path]) => existsSync(path))
    .map(([encoding, path]) => represent(encoding, new Uint8Array(readFileSync(path)), type))
  const isFile = existsSync(file)
  // A name holds the hash of its content: the same name is the same bytes.
  const etag = `"${createHash('sha256').update(url).digest('base64url').slice(0, 22)}"`
  return {
    compressed,
    identity: { etag, headers: headersOf(etag, type), isFile },
    offered: [...compressed.map((one) => one.encoding), 'identity'],
  }
}

function represent(encoding: Encoding, bytes: Uint8Array<ArrayBuffer>, type: string): Representation {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers = headersOf(etag, type)
  headers.set('content-encoding', encoding)
  return { bytes, encoding, etag, headers }
}

function headersOf(etag: string, type: string): Headers {
  return new Headers({
    'content-type': type,
    ...cacheHeaders('asset'),
    etag,
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  })
}

function isBuilt(folder: string, url: string): boolean {
  const file = fileOf(folder, url)
  return existsSync(file) || existsSync(`${file}.br`)
}

function isName(url: string): boolean {
  return /^\/-\/assets\/[\w.-]+\.(js|css|svg|woff2)$/.test(url) && !url.includes('..')
}

function fileOf(folder: string, url: string): string {
  return join(folder, url.slice(assetsPrefix.length))
}
