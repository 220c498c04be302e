import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'

const page = readFileSync('docs/operations/metrics.md', 'utf8')
const registered = /\b(?:gauges?|counters?)\(\s*'(encapsify_[a-z0-9_]+)'|\bname: '(encapsify_[a-z0-9_]+)'/g

test('every metric that the sources register is told of, also those of clusters', () => {
  const files = [...new Bun.Glob('{src,modules}/**/*.ts').scanSync('.')].filter((file) => !file.endsWith('.test.ts'))
  const names = files
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(registered)])
    .flatMap(([, figure, histogram]) => figure ?? histogram ?? [])
    .filter((name) => name !== 'encapsify_position')
  expect(names.length).toBeGreaterThan(70)
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
