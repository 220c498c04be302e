import { expect, test } from 'bun:test'
import { Metrics } from '../../src/observability/metrics.ts'
import { Timeline } from './timeline.ts'

function setUp() {
  const clock = { nowMs: 1_800_000_000_000 }
  const metrics = new Metrics()
  const timeline = new Timeline(metrics, () => clock.nowMs)
  const pass = (ms: number) => {
    clock.nowMs += ms
    timeline.sample()
  }
  return { clock, metrics, timeline, pass }
}

test('a sample is what happened since the one before', () => {
  const { clock, metrics, timeline, pass } = setUp()
  for (let n = 0; n < 50; n++) metrics.observeRequest('GET', '/api/v1/x', n < 5 ? 500 : 200, 0.004)
  pass(5_000)
  pass(5_000)
  const { atMs, lines } = timeline.since(0)
  expect(atMs).toEqual([clock.nowMs - 5_000, clock.nowMs])
  expect(lines.requests).toEqual([10, 0])
  expect(lines.errors).toEqual([1, 0])
  expect(lines['api.p50']?.[0]).toBeWithin(0.002, 0.005)
  expect(lines['api.p50']?.[1]).toBeNull()
  expect(lines['page.p95']).toEqual([null, null])
  timeline.close()
})

test('only what is newer is given, only half an hour is kept, and a clock that jumps back adds nothing', () => {
  const { clock, timeline, pass } = setUp()
  for (let n = 0; n < 400; n++) pass(5_000)
  expect(timeline.since(0).atMs).toHaveLength(360)
  expect(timeline.since(clock.nowMs - 5_000).lines.requests).toHaveLength(1)
  expect(timeline.since(clock.nowMs).atMs).toEqual([])
  pass(-60_000)
  expect(timeline.since(0).atMs).toHaveLength(360)
  timeline.close()
})
