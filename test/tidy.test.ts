import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'

const linesMax = 300
/** Longer than that, with the reason. */
const longer: Readonly<Record<string, string>> = {
  'test/contract/databases.test.ts': 'one contract, run against each twin',
}

const files = [...new Bun.Glob('{src,modules,scripts,test}/**/*.{ts,tsx}').scanSync('.')].filter(
  (path) => path !== 'test/tidy.test.ts',
)
const text = (path: string) => readFileSync(path, 'utf8')

function lines(pattern: RegExp, paths: readonly string[] = files): string[] {
  return paths.flatMap((path) =>
    text(path)
      .split('\n')
      .flatMap((line, n) => (pattern.test(line) ? [`${path}:${n + 1}: ${line.trim()}`] : [])),
  )
}

/**
 * drizzle chains that nothing ends: `tx.insert(…).values(…)` alone builds a query and runs none. A chain is a statement that
 * begins with a handle's insert, update, delete or select; it must end in run, get, all, values() or prepare.
 */
export function openChains(source: string): string[] {
  const found: string[] = []
  for (const match of source.matchAll(/^[ \t]*(?:await )?(?:tx|db)\s*\.(?:insert|update|delete|select)\w*\(/gm)) {
    const statement = statementAt(source, match.index)
    if (!/\.(run|get|all|prepare)\([\s\S]*?\)\s*[;,)]*\s*$/.test(statement) && !/\.values\(\)\s*$/.test(statement)) {
      found.push(statement.trim().split('\n')[0] ?? '')
    }
  }
  return found
}

/** From here to where all brackets are closed and the next line does not go on with a dot. */
function statementAt(source: string, start: number): string {
  let depth = 0
  for (let at = start; at < source.length; at++) {
    const character = source[at] ?? ''
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character)) {
      depth--
      if (depth < 0) return source.slice(start, at)
      if (depth === 0 && !/^\s*\./.test(source.slice(at + 1))) return source.slice(start, at + 1)
    }
  }
  return source.slice(start)
}

describe('tidy', () => {
  test('files fit a room', () => {
    const faults = files.filter((path) => text(path).split('\n').length > linesMax && longer[path] === undefined)
    expect(faults).toEqual([])
  })

  test('nothing is any', () => {
    expect(lines(/(:|as|<)\s*any\b(?!\w)/).filter((line) => !/\/\/|\*/.test(line))).toEqual([])
  })

  test('nothing is put off or passed over', () => {
    expect(lines(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([])
    expect(lines(/\b(test|describe|it)\.(skip|only|todo)\b/)).toEqual([])
  })

  test('names say what is inside', () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|common)(\.|\/)/.test(path))).toEqual([])
  })

  test('the environment is read in one place', () => {
    const product = files.filter(
      (path) => /^(src|modules)\//.test(path) && path !== 'src/environment.ts' && !path.endsWith('.test.ts'),
    )
    expect(lines(/\b(process|Bun)\.env\b/, product)).toEqual([])
  })

  test('no path of one machine', () => {
    expect(lines(/['"`(](\/home\/|\/root\/|\/work\/|\/Users\/)/)).toEqual([])
  })

  test('every drizzle chain is ended', () => {
    const sources = files.filter((path) => /^(src|modules)\//.test(path))
    expect(sources.flatMap((path) => openChains(text(path)).map((chain) => `${path}: ${chain}`))).toEqual([])
  })

  test('the finder of open chains finds them', () => {
    expect(openChains('  tx.insert(a).values({ b: 1 })\n')).toHaveLength(1)
    expect(openChains('  tx.update(a).set({ b: 1 })\n    .where(eq(a.b, 2))\n')).toHaveLength(1)
    expect(openChains('  tx.insert(a).values({ b: 1 }).run()\n')).toEqual([])
    expect(openChains('  tx\n    .delete(a)\n    .where(eq(a.b, 1))\n    .run()\n')).toEqual([])
    expect(openChains('  tx.select().from(a).all()\n')).toEqual([])
  })
})
