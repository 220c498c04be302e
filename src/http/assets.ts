import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { negotiate } from './encoding.ts'
import { matches } from './validators.ts'

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
  readonly headers: Headers
}

interface Asset {
  readonly representations: readonly Representation[]
  readonly offered: readonly Representation['encoding'][]
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
  // Only what exists is remembered: a scan for names must neither grow the memory nor shut anything out.
  const loaded = new Map<string, Asset>()
  const texts = new Map<string, string>()

  const entryOf = (entry: string) => {
    const found = manifest[entry]
    if (found === undefined) throw new Error(`The build has no asset ${entry}.`)
    return found
  }
  const assetAt = (url: string): Asset | undefined => {
    const known = loaded.get(url)
    if (known !== undefined || !isName(url) || !existsSync(fileOf(folder, url))) return known
    const asset = load(folder, url)
    loaded.set(url, asset)
    return asset
  }
  return {
    url: (entry) => entryOf(entry).url,
    urls: (entry) => [entryOf(entry).url, ...entryOf(entry).imports],
    text(entry) {
      const known = texts.get(entry) ?? readFileSync(fileOf(folder, entryOf(entry).url), 'utf8').trim()
      texts.set(entry, known)
      return known
    },
    handle(request, pathname) {
      if (!pathname.startsWith(prefix)) return undefined
      if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
      const asset = assetAt(pathname)
      return asset === undefined ? undefined : answer(request, asset)
    },
  }
}

function answer(request: Request, asset: Asset): Response {
  const encoding = negotiate(request.headers.get('accept-encoding'), asset.offered)
  const chosen = asset.representations.find((one) => one.encoding === encoding)
  if (chosen === undefined) return new Response(null, { status: 406, headers: { vary: 'Accept-Encoding' } })
  const match = request.headers.get('if-none-match')
  if (match !== null && matches(match, chosen.etag)) return new Response(null, { status: 304, headers: chosen.headers })
  return new Response(chosen.bytes, { headers: chosen.headers })
}

function load(folder: string, url: string): Asset {
  const file = fileOf(folder, url)
  const type = types[url.slice(url.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  const representations = (
    [
      ['br', `${file}.br`],
      ['zstd', `${file}.zst`],
      ['identity', file],
    ] as const
  )
    .filter(([, path]) => existsSync(path))
    .map(([encoding, path]) => represent(encoding, new Uint8Array(readFileSync(path)), type))
  return { representations, offered: representations.map((one) => one.encoding) }
}

function represent(encoding: Representation['encoding'], bytes: Uint8Array<ArrayBuffer>, type: string): Representation {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers = new Headers({
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    etag,
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  })
  return { bytes, encoding, etag, headers }
}

function isName(url: string): boolean {
  return /^\/-\/assets\/[\w.-]+\.(js|css|svg|woff2)$/.test(url) && !url.includes('..')
}

function fileOf(folder: string, url: string): string {
  return join(folder, url.slice(prefix.length))
}
