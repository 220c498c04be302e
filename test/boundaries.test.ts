import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Which module may use which, by its `index.ts` alone. */
const edges: Readonly<Record<string, readonly string[]>> = {
  identity: [],
  organization: ['identity'],
  media: ['organization'],
  capsule: ['organization', 'media'],
  ai: ['organization', 'capsule'],
  sharing: ['organization', 'capsule', 'media'],
  visitor: ['capsule', 'organization', 'media', 'ai', 'sharing'],
  availability: ['organization', 'capsule'],
  ops: ['identity', 'availability'],
  delivery: ['identity', 'organization', 'capsule'],
  webhooks: ['capsule', 'organization'],
  realtime: ['capsule', 'organization'],
  analytics: ['capsule', 'organization'],
  domains: ['organization'],
  export: ['ai', 'analytics', 'capsule', 'domains', 'media', 'organization', 'sharing', 'webhooks'],
  templates: [],
  demo: ['analytics', 'capsule', 'organization', 'templates'],
  studio: ['ai', 'analytics', 'capsule', 'media', 'organization', 'visitor', 'sharing', 'webhooks', 'domains'],
}
/** The roots: they compose the house and so know the modules. */
const roots = [
  'src/app.ts',
  'src/parts.ts',
  'src/router.ts',
  'src/config.ts',
  'src/operations.ts',
  'src/commands/demo.ts',
  'src/commands/serve.ts',
  'src/commands/purge.ts',
]
/** What browsers may load of a module besides its face: code that draws and asks nothing of a server. */
const rendering = ['modules/visitor/render/index.ts']
/** What the writer Worker may load besides a module's own files. */
const operationPackages = ['@sinclair/typebox', 'drizzle-orm']

interface Import {
  readonly from: string
  readonly to: string
}

function imports(): Import[] {
  const found: Import[] = []
  for (const from of new Bun.Glob('{src,modules}/**/*.{ts,tsx}').scanSync('.')) {
    if (from.endsWith('.test.ts') || from.endsWith('.d.ts')) continue
    const text = readFileSync(from, 'utf8')
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const target = match[1] ?? ''
      found.push({ from, to: target.startsWith('.') ? normalize(join(dirname(from), target)) : target })
    }
  }
  return found
}

const all = imports()
/** What runs in the writer: one module's operations may call another's along an edge, in the same transaction. */
const isOperations = (path: string) => /^modules\/[^/]+\/operations(\/|\.ts$)/.test(path)
const moduleOf = (path: string) => /^modules\/([^/]+)\//.exec(path)?.[1]

test('there is something to look at', () => {
  expect(all.length).toBeGreaterThan(50)
})

test('the kernel imports no module', () => {
  const faults = all.filter(
    ({ from, to }) => from.startsWith('src/') && !roots.includes(from) && to.startsWith('modules/'),
  )
  expect(faults).toEqual([])
})

test('a module is entered by its index.ts, along a written edge', () => {
  const faults = all.filter(({ from, to }) => {
    const [owner, target] = [moduleOf(from), moduleOf(to)]
    if (target === undefined || owner === target) return false
    if (owner === undefined) return !roots.includes(from) || !/\/(index|operations|migrations|config)\.ts$/.test(to)
    const door = isOperations(from) ? `modules/${target}/operations.ts` : `modules/${target}/index.ts`
    return !(edges[owner]?.includes(target) && (to === door || rendering.includes(to)))
  })
  expect(faults).toEqual([])
})

test('operations load nothing heavy', () => {
  const faults = all.filter(({ from, to }) => {
    if (!/^modules\/[^/]+\/(operations|schema|migrations|events)(\/|\.ts)/.test(from)) return false
    if (to.startsWith('modules/') || to.startsWith('src/')) return /routes|index\.ts|src\/http/.test(to)
    return !operationPackages.some((name) => to === name || to.startsWith(`${name}/`))
  })
  expect(faults).toEqual([])
})
