import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { brotliCompressSync, constants, zstdCompressSync } from 'node:zlib'

const out = 'dist/web'

/** What the server knows of an asset: its address, and what a page should preload with it. */
interface ManifestEntry {
  url: string
  imports: string[]
}

/**
 * Bundles every file directly in `modules/<name>/web/` as an entry (split, minified, hashed), compresses each result, and writes
 * `dist/web/manifest.json`: source path → address. The API reference's script is an asset like any other: nothing is
 * fetched from outside at run time.
 */
export async function buildWeb(): Promise<number> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const manifest: Record<string, ManifestEntry> = {}
  const entries = [...new Bun.Glob('modules/*/web/*.{ts,tsx,css}').scanSync('.')].filter(
    (path) => !path.endsWith('.test.ts') && !path.endsWith('.d.ts'),
  )
  const scripts = entries.filter((path) => !path.endsWith('.css') && !path.endsWith('/worker.ts'))
  // A service worker is one file: it shares no chunk with pages.
  const alone = entries.filter((path) => /\.css$|\/worker\.ts$/.test(path))
  if (scripts.length > 0) Object.assign(manifest, await bundle(scripts))
  for (const entry of alone) Object.assign(manifest, await bundle([entry]))
  const scalar = await Bun.file('node_modules/@scalar/api-reference/dist/browser/standalone.js').bytes()
  manifest.scalar = { url: keep('scalar', 'js', scalar), imports: [] }
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1))
  return Object.keys(manifest).length
}

async function bundle(entrypoints: string[]): Promise<Record<string, ManifestEntry>> {
  const result = await Bun.build({
    entrypoints,
    outdir: out,
    target: 'browser',
    splitting: true,
    minify: true,
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    naming: { entry: '[name]-[hash].[ext]', chunk: 'chunk-[hash].[ext]', asset: '[name]-[hash].[ext]' },
  })
  for (const artifact of result.outputs) compress(artifact.path, new Uint8Array(await artifact.arrayBuffer()))
  const manifest: Record<string, ManifestEntry> = {}
  for (const [path, output] of Object.entries(result.metafile?.outputs ?? {})) {
    if (output.entryPoint === undefined) continue
    manifest[relative('.', output.entryPoint)] = {
      url: address(path),
      imports: output.imports.filter((one) => one.kind === 'import-statement').map((one) => address(one.path)),
    }
  }
  const missing = entrypoints.filter((path) => manifest[path] === undefined)
  if (missing.length > 0) throw new Error(`The bundler does not say what became of ${missing.join(', ')}.`)
  return manifest
}

function keep(name: string, extension: string, bytes: Uint8Array): string {
  const path = join(out, `${name}-${Bun.hash(bytes).toString(36)}.${extension}`)
  writeFileSync(path, bytes)
  compress(path, bytes)
  return address(path)
}

function address(path: string): string {
  return `/-/assets/${basename(path)}`
}

/** Of a large file the smallest copy alone is embedded; the server unpacks it for the few who cannot. */
const largeBytes = 1_000_000

function compress(path: string, bytes: Uint8Array): void {
  const isLarge = bytes.length > largeBytes
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: isLarge ? 24 : 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  if (isLarge) return rmSync(path)
  writeFileSync(`${path}.zst`, zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }))
}
