import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { grafanaDashboard } from './grafana.ts'
import { objectives } from './objectives.ts'

const path = 'docs/operations/grafana-dashboard.json'

/** Every name under which the sources register something. */
const known = new Set(
  [...new Bun.Glob('{src,modules}/**/*.ts').scanSync('.')]
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/'(encapsify_[a-z0-9_]+)'/g)].map(([, name]) => name)),
)

test('the dashboard is the one that is made', () => {
  expect(readFileSync(path, 'utf8')).toBe(grafanaDashboard())
})

test('each metric in it exists', () => {
  const named = [...grafanaDashboard().matchAll(/encapsify_[a-z0-9_]+/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, '')))).toEqual([])
})

test('each indicator is in it, and each metric of an objective exists', () => {
  const text = grafanaDashboard()
  for (const { indicator, name } of objectives) {
    const metrics = indicator.kind === 'counters' ? [indicator.good.metric, indicator.bad.metric] : [indicator.metric]
    expect(metrics.filter((metric) => !known.has(metric))).toEqual([])
    expect(text.includes(name) || metrics.some((metric) => text.includes(metric)) || name === 'availability').toBe(true)
  }
})
