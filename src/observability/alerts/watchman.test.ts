import { afterEach, expect, setSystemTime, test } from 'bun:test'
import { Metrics } from '../metrics.ts'
import type { Notice } from './alerts.ts'
import { Watchman } from './watchman.ts'

afterEach(() => void setSystemTime())

test('a clock that is put back or forward changes neither alerts nor budgets', async () => {
  const notices: Notice[] = []
  const metrics = new Metrics()
  const dead = { jobs: 1 }
  metrics.gauge('encapsify_jobs_dead', '', () => dead.jobs)
  const watchman = new Watchman({
    metrics,
    receivers: [{ name: 'test', deliver: async (notice) => void notices.push(notice) }],
    log: { warn: () => {} },
    isReady: () => true,
  })
  watchman.look()
  const real = Date.now()
  for (const jumpMs of [-86_400_000, 30 * 86_400_000, -400 * 86_400_000]) {
    setSystemTime(real + jumpMs)
    watchman.look()
  }
  await Bun.sleep(0)
  expect(notices.map(({ state, name }) => `${state} ${name}`)).toEqual(['firing dead-jobs'])
  expect(watchman.alerts.active).toHaveLength(1)
  const standing = watchman.watch.standings.find(({ objective }) => objective.name === 'availability')
  expect([standing?.hour, standing?.budget]).toEqual([1, 1])
  await watchman.close()
})

test('what others find wrong is told too', async () => {
  const names: string[] = []
  const watchman = new Watchman({
    metrics: new Metrics(),
    receivers: [],
    log: { warn: (fields) => void names.push(JSON.stringify(fields)) },
    isReady: () => true,
    conditions: () => [{ name: 'sla-standard:page', severity: 'page', summary: 'Broken.', runbook: 'x' }],
  })
  watchman.look()
  expect(names).toEqual(['{"alert":"sla-standard:page","state":"firing","runbook":"x"}'])
  await watchman.close()
})
