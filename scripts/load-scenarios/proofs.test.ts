import { expect, test } from 'bun:test'
import { planOf, summary } from './drill.ts'
import { carried, type Facts, growthMb, proofsOf } from './proofs.ts'
import type { Moment } from './report.ts'

const moment = (requests: number, rssMiB: number): Moment => {
  return { atS: requests / 1_000, requests, rssMiB, perSecond: 1_000, faults: 0, cores: 1, good: {} }
}
const indicator = (name: string, good: number, bad: number) => ({
  name,
  title: name,
  target: '',
  share: 0.95,
  good,
  bad,
})
const facts: Facts = {
  indicators: [indicator('page-latency', 96, 4), indicator('hit-rate', 96, 4)],
  settled: [indicator('page-latency', 90, 10), indicator('errors', 0, 100)],
  client: { requests: 100_000, wrong: 9, shedMute: 0, totals: 5 },
  canary: { pages: 100, pageP99Ms: 80, shed: 10, shedP99Ms: 20, shedMute: 0 },
  moments: [moment(0, 300), moment(100_000, 300.5), moment(200_000, 301)],
  ratio: 2,
  committed: undefined,
}
const missed = (bar: Parameters<typeof proofsOf>[0], given: Partial<Facts> = {}) =>
  proofsOf(bar, { ...facts, ...given })
    .filter(({ met }) => !met)
    .map(({ what }) => what)

test('memory grows by the slope of all looks, not by the difference of two', () => {
  expect(growthMb(facts.moments)).toBeCloseTo(0.524, 2)
  expect(growthMb([moment(0, 300), moment(100_000, 400), moment(200_000, 300)])).toBeCloseTo(0)
  expect(growthMb([])).toBe(0)
})

test('each bar asks for its own', () => {
  expect(missed('objectives')).toEqual([])
  expect(missed('objectives', { indicators: [indicator('page-latency', 94, 6)] })).toEqual(['page-latency'])
  expect(missed('objectives', { indicators: [indicator('live-latency', 0, 0)] })).toEqual(['live-latency'])
  expect(missed('objectives', { client: { ...facts.client, totals: 0 } })).toEqual([
    'Totals that visitors who watch were told',
  ])
  expect(missed('shedding', { indicators: [indicator('page-latency', 0, 100)] })).toEqual([])
  expect(missed('shedding', { canary: { ...facts.canary, shedP99Ms: 101 } })).toEqual(['Refusals (503, 429), p99'])
  expect(missed('spike')).toEqual(['page-latency, five seconds after the spike'])
  expect(missed('memory', { moments: [moment(0, 300), moment(100_000, 302)] })).toEqual([
    'Resident memory, growth for each 100,000 requests',
  ])
})

test('wrong answers, refusals without a word and a regression are missed', () => {
  expect(missed('objectives', { client: { ...facts.client, wrong: 10 } })).toHaveLength(1)
  expect(missed('shedding', { client: { ...facts.client, shedMute: 1 } })).toEqual(['Refusals without Retry-After'])
  expect(missed('objectives', { committed: 1.7 })).toEqual(['CPU a request ÷ calibration'])
  expect(missed('objectives', { committed: 1.75 })).toEqual([])
})

test('the limit is the most that was carried before the first look that missed, and not what the run ended with', () => {
  const looks = [100, 200, 300, 400, 500, 600, 900, 700].map((perSecond, at) => ({ ...moment(at, 300), perSecond }))
  const slow = { ...moment(9, 300), perSecond: 1_200, good: { 'api-latency': 0.9, 'page-latency': 1 } }
  const after = { ...moment(10, 300), perSecond: 27 }
  expect(carried([...looks, slow, after])).toEqual({ perSecond: 900, missed: ['api-latency'] })
  expect(carried([{ ...slow, perSecond: 50 }, ...looks])).toEqual({ perSecond: 900, missed: [] })
  expect(missed('limit', { moments: [...looks, slow, after] })).toEqual([])
  expect(missed('limit', { moments: [...looks.slice(0, 6), slow] })).toEqual([])
  expect(missed('limit', { moments: [...looks.slice(0, 5), after, slow] })).toEqual([
    'Requests a second before an objective was missed',
  ])
})

test('a drill says before how long it takes, and in the end what was missed and what could not be run', () => {
  expect(planOf(['baseline', 'sustained'])).toBe(
    'At most 13 minutes (baseline 2, sustained 11); filling a new folder comes before it.',
  )
  const good = { what: 'Pages', target: '95 %', measured: '99 %', met: true }
  expect(
    summary([
      { name: 'baseline', proofs: [good] },
      { name: 'spike', proofs: [good, { ...good, what: 'API', measured: '90 %', met: false }] },
      { name: 'soak', fault: 'no port' },
    ]).trim(),
  ).toBe(
    [
      '✓ baseline: 1 of 1',
      '✗ spike: 1 of 2',
      '    API: 90 %, wanted 95 %',
      '✗ soak: could not be run (no port)',
      '1 of 3 scenarios hold.',
    ].join('\n'),
  )
})
