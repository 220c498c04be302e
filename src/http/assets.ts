import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { negotiate } from './encoding.ts'

const prefix = '/-/assets/'

/** What the build made of the files in `modules/<name>/web/`. */
export interface Assets {
  /** The address of an entry, by its source path. @throws Error when the build has no such entry. */
  url(entry: string): string
  /** The entry and all it imports, for `modulepreload`. */
  urls(entry: string): readonly string[]
  /** The contents of an entry, for what is inlined. */
  text(entry: string): string
  /** Answers `/-/assets/…`; undefined for anything else. */
  handle(request: Request, path: string): Response | undefined
}

interface Representation {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly encoding: 'br' | 'zstd' | 'identity'
  readonly etag: string
}

interface Asset {
  readonly type: string
  readonly representations: readonly Representation[]
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** The folder of built assets: beside the sources, or inside the executable. */
export function assetsFolder(): string {
  return Bun.isStandaloneExecutable ? join(import.meta.dir, 'web') : join(import.meta.dir, '../../dist/web')
}

/** Reads the manifest of a built folder. @throws Error when the folder was not built. */
export function openAssets(folder: string): Assets {
  const path = join(folder, 'manifest.json')
  if (!existsSync(path)) throw new Error('The web assets are not built: run ./scripts/build web.')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { url: string; imports: string[] }>
  const loaded = new Map<string, Asset | undefined>()
  const known = new Set(Object.values(manifest).flatMap((entry) => [entry.url, ...entry.imports]))

  const entryOf = (entry: string) => {
    const found = manifest[entry]
    if (found === undefined) throw new Error(`The build has no asset ${entry}.`)
    return found
  }
  const assetAt = (url: string): Asset | undefined => {
    if (!loaded.has(url) && isName(url))
      loaded.set(url, known.has(url) || existsSync(fileOf(folder, url)) ? load(folder, url) : undefined)
    return loaded.get(url)
  }
  return {
    url: (entry) => entryOf(entry).url,
    urls: (entry) => [entryOf(entry).url, ...entryOf(entry).imports],
    text: (entry) => readFileSync(fileOf(folder, entryOf(entry).url), 'utf8').trim(),
    handle(request, pathname) {
      if (!pathname.startsWith(prefix)) return undefined
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
      const asset = loaded.size < namesMax || loaded.has(pathname) ? assetAt(pathname) : undefined
      return asset === undefined ? undefined : answer(request, asset)
    },
  }
}

/** Names that were asked for and do not exist are remembered up to this many: a scan must not grow the memory. */
const namesMax = 1_000

function answer(request: Request, asset: Asset): Response {
  const offered = asset.representations.map((one) => one.encoding)
  const encoding = negotiate(request.headers.get('accept-encoding'), offered)
  const chosen = asset.representations.find((one) => one.encoding === encoding)
  if (chosen === undefined) return new Response(null, { status: 406, headers: { vary: 'Accept-Encoding' } })
  const headers = {
    'content-type': asset.type,
    'cache-control': 'public, max-age=31536000, immutable',
    etag: chosen.etag,
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
    ...(chosen.encoding !== 'identity' && { 'content-encoding': chosen.encoding }),
  }
  const match = request.headers.get('if-none-match')
  if (match?.split(',').some((one) => one.trim().replace(/^W\//, '') === chosen.etag || one.trim() === '*')) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(request.method === 'HEAD' ? null : chosen.bytes, {
    headers: { ...headers, 'content-length': String(chosen.bytes.length) },
  })
}

function load(folder: string, url: string): Asset {
  const file = fileOf(folder, url)
  const representations = (
    [
      ['br', `${file}.br`],
      ['zstd', `${file}.zst`],
      ['identity', file],
    ] as const
  )
    .filter(([, path]) => existsSync(path))
    .map(([encoding, path]) => {
      const bytes = new Uint8Array(readFileSync(path))
      return { bytes, encoding, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
    })
  return { type: types[url.slice(url.lastIndexOf('.') + 1)] ?? 'application/octet-stream', representations }
}

function isName(url: string): boolean {
  return /^\/-\/assets\/[\w.-]+\.(js|css|svg|woff2)$/.test(url) && !url.includes('..')
}

function fileOf(folder: string, url: string): string {
  return join(folder, url.slice(prefix.length))
}
