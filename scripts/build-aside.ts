import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const out = 'dist/aside'

/** Scripts of the server that are large and seldom needed: each in one file, compressed, unpacked when it is asked for. */
const asides: Readonly<Record<string, string>> = { 'text-of-files': 'modules/ai/extraction/worker.ts' }

export async function buildAside(): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  for (const [name, entry] of Object.entries(asides)) {
    const { outputs } = await Bun.build({
      entrypoints: [entry],
      target: 'bun',
      minify: true,
      define: { 'process.env.NODE_ENV': '"production"' },
    })
    const [script] = outputs
    if (script === undefined) throw new Error(`The bundler made nothing of ${entry}.`)
    const bytes = new Uint8Array(await script.arrayBuffer())
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    }
    writeFileSync(join(out, `${name}.js.br`), brotliCompressSync(bytes, { params }))
  }
}
