import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Metrics } from '../metrics.ts'
import { History } from './history.ts'
import { HistoryFile } from './history-file.ts'
import { type Objective, objectives, windowsOf } from './objectives.ts'
import { prometheusRules } from './prometheus.ts'
import { readIndicator } from './reading.ts'
import { ObjectiveWatch } from './watch.ts'

const start = 1_800_000_000_000
const minute = 60_000
const errors = objectives.find(({ name }) => name === 'errors') as Objective

test('every latency’s threshold is a bound of its histogram, so that the share is counted and not guessed', () => {
  const metrics = new Metrics()
  for (const { indicator } of objectives) {
    if (indicator.kind !== 'latency') continue
    const histogram = metrics.histogramOf(indicator.metric)
    if (histogram !== undefined) expect(histogram.bounds).toContain(indicator.thresholdS)
  }
})

test('an indicator counts what matches it', () => {
  const metrics = new Metrics()
  for (const [route, status, seconds] of [
    ['/api/v1/x', 200, 0.02],
    ['/api/v1/x', 200, 0.021],
    ['/api/v1/x', 500, 0.001],
    ['page', 200, 5],
    ['/apiary', 200, 5],
  ] as const) {
    metrics.observeRequest('GET', route, status, seconds)
  }
  const api = objectives.find(({ name }) => name === 'api-latency') as Objective
  expect(readIndicator(metrics, api.indicator)).toEqual({ good: 1, bad: 1 })
  expect(readIndicator(metrics, errors.indicator)).toEqual({ good: 4, bad: 1 })
})

describe('history', () => {
  test('forgets what is older than a window, and what a clock that jumps back would say', () => {
    const history = new History()
    history.add({ good: 100, bad: 0 }, start)
    history.add({ good: 100, bad: 50 }, start + 10 * minute)
    expect(history.within(60 * minute)).toEqual({ good: 100, bad: 50 })
    expect(history.within(5 * minute)).toEqual({ good: 0, bad: 50 })
    history.add({ good: 160, bad: 50 }, start - 1_000 * minute)
    expect(history.within(5 * minute)).toEqual({ good: 60, bad: 50 })
    history.add({ good: 160, bad: 50 }, start + 100_000 * minute)
    expect(history.within(72 * 60 * minute)).toEqual({ good: 0, bad: 0 })
  })
})

describe('history between two processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-history-'))
  const path = join(folder, 'objectives.json')
  const warned: string[] = []
  const file = new HistoryFile(path, { warn: (_, message) => void warned.push(message) })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('a budget that was spent before a restart is spent after it', async () => {
    const metrics = new Metrics()
    for (let n = 0; n < 100; n++) metrics.observeRequest('GET', '/x', n < 40 ? 500 : 200, 0)
    const before = new ObjectiveWatch(metrics, [errors])
    before.look(start)
    await file.write(before.keep())
    const after = new ObjectiveWatch(new Metrics(), [errors])
    after.restore(file.read(), start + 2 * minute)
    expect(after.standings[0]?.hour).toBeCloseTo(0.6)
    expect(after.look(start + 3 * minute).map(({ severity }) => severity)).toContain('page')
    expect(after.look(start + 100 * 60 * minute)).toEqual([])
  })

  test('what lies ahead of the clock or too far behind it is left out', () => {
    const ahead = new History()
    ahead.add({ good: 1, bad: 1 }, start + 1_000 * minute)
    const late = new History()
    late.restore(ahead.keep(), start)
    expect(late.within(60 * minute)).toEqual({ good: 0, bad: 0 })
    late.restore(ahead.keep(), start + 100_000 * minute)
    expect(late.within(72 * 60 * minute)).toEqual({ good: 0, bad: 0 })
  })

  test.each(['', '{', '[]', '{"errors":{"firstSlot":0,"slots":[[-1,0,0]]}}', '{"errors":1}'])(
    'a broken file begins anew and says so: %s',
    async (text) => {
      warned.length = 0
      await Bun.write(path, text)
      expect(file.read()).toEqual({})
      expect(warned).toHaveLength(1)
    },
  )

  test('one that cannot be written stops nothing', async () => {
    warned.length = 0
    const nowhere = new HistoryFile(join(folder, 'objectives.json', 'below'), {
      warn: (_, said) => void warned.push(said),
    })
    await nowhere.write({})
    expect(warned).toEqual(['the history of the objectives could not be kept'])
  })
})

describe('burn rates', () => {
  /** One reading a minute for so long, with so many of 1,000 requests failing each. */
  function run(watch: ObjectiveWatch, metrics: Metrics, fromMinute: number, minutes: number, badPerThousand: number) {
    let last: ReturnType<ObjectiveWatch['look']> = []
    for (let at = 0; at < minutes; at++) {
      for (let n = 0; n < 1_000; n++) metrics.observeRequest('GET', '/x', n < badPerThousand ? 500 : 200, 0)
      last = watch.look(start + (fromMinute + at) * minute)
    }
    return last
  }

  test('a fast burn wakes somebody while it lasts, and no longer than its short window after', () => {
    const metrics = new Metrics()
    const watch = new ObjectiveWatch(metrics, [errors])
    expect(run(watch, metrics, 0, 60, 0)).toEqual([])
    const burning = run(watch, metrics, 60, 10, 50)
    expect(burning.map(({ severity, window }) => [severity, window.factor])).toContainEqual(['page', 14.4])
    const after = run(watch, metrics, 70, 6, 0)
    expect(after.map(({ window }) => window.factor)).not.toContain(14.4)
  })

  test('a few faults in little traffic wake nobody', () => {
    const metrics = new Metrics()
    const watch = new ObjectiveWatch(metrics, [errors])
    for (let n = 0; n < 9; n++) metrics.observeRequest('GET', '/x', 500, 0)
    expect(watch.look(start)).toEqual([])
    metrics.observeRequest('GET', '/x', 500, 0)
    expect(watch.look(start + minute)).not.toEqual([])
  })

  test('the standing says what is left of the budget', () => {
    const metrics = new Metrics()
    const watch = new ObjectiveWatch(metrics, [{ ...errors, share: 0.99 }])
    run(watch, metrics, 0, 10, 5)
    const [standing] = watch.standings
    expect(standing?.hour).toBeCloseTo(0.995)
    expect(standing?.budget).toBeCloseTo(0.5)
    expect(standing?.burn).toBeCloseTo(0.5)
  })

  test('a budget of a fifth has no window in which it could burn 14 times too fast', () => {
    expect(windowsOf({ ...errors, share: 0.8 }).map(({ factor }) => factor)).toEqual([1])
  })
})

test('the rules for Prometheus are those of the objectives', () => {
  expect(readFileSync('docs/operations/prometheus-rules.yml', 'utf8')).toBe(prometheusRules())
})

test('every alert has its runbook', () => {
  const text = readFileSync('docs/operations/alerts.md', 'utf8')
  const figures = ['dead-jobs', 'write-queue', 'event-loop', 'open-files', 'sla']
  const missing = [...objectives.map(({ name }) => name), ...figures].filter((name) => !text.includes(`\n## ${name}\n`))
  expect(missing).toEqual([])
})
