import { expect, test } from 'bun:test'
import { basename } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

/** What the first screen may weigh, and what the editor may add to it: compressed, in bytes. */
const firstLoadMax = 90 * 1_024
const editorMax = 180 * 1_024

const built = await Bun.build({
  entrypoints: ['modules/studio/web/studio.tsx'],
  target: 'browser',
  splitting: true,
  minify: true,
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
})
const sizes = new Map<string, number>()
for (const output of built.outputs) {
  sizes.set(basename(output.path), brotliCompressSync(new Uint8Array(await output.arrayBuffer())).length)
}
const graph = new Map(
  Object.entries(built.metafile?.outputs ?? {}).map(([path, output]) => [basename(path), output] as const),
)

/** A script with everything that it imports at once. */
function closure(name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const one of graph.get(name)?.imports ?? []) {
    if (one.kind === 'import-statement') closure(basename(one.path), found)
  }
  return found
}

function scriptOf(entry: string): string {
  const found = [...graph].find(([, output]) => output.entryPoint?.endsWith(entry))
  if (found === undefined) throw new Error(`The build has no script of its own for ${entry}.`)
  return found[0]
}

const weight = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)
const first = closure(scriptOf('studio.tsx'))

test('the first load stays small', () => {
  const heaviest = ['entrance/sign-in.tsx', 'capsules/list.tsx', 'capsules/gallery.tsx', 'account/account.tsx']
  for (const screen of heaviest) {
    const bytes = weight(new Set([...first, ...closure(scriptOf(screen))]))
    expect(bytes).toBeGreaterThan(5_000)
    expect(bytes).toBeLessThanOrEqual(firstLoadMax)
  }
})

test('the editor comes only when it is opened, and within its bound', () => {
  const editor = closure(scriptOf('editor/editor.tsx'))
  const added = weight([...editor].filter((name) => !first.has(name)))
  expect(first.has(scriptOf('editor/editor.tsx'))).toBe(false)
  expect(added).toBeGreaterThan(50_000)
  expect(added).toBeLessThanOrEqual(editorMax)
})
