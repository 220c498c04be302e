import { describe, expect, test } from 'bun:test'
import { quantile } from './histogram.ts'
import { Metrics } from './metrics.ts'

describe('cardinality', () => {
  test('methods and routes that strangers invent end under one name', () => {
    const metrics = new Metrics()
    for (let n = 0; n < 5_000; n++) metrics.observeRequest(`M${n}`, 'unknown', 400, 0.001)
    expect([...metrics.requests.series].map(({ labels, count }) => [...labels, count])).toEqual([
      ['OTHER', 'unknown', '4xx', 5_000],
    ])
  })

  test('a histogram has so many series and one for the rest; what went there is counted', () => {
    const metrics = new Metrics()
    for (let n = 0; n < 1_000; n++) metrics.observeRequest('GET', `/r${n}`, 200, 0.001)
    expect([...metrics.requests.series]).toHaveLength(401)
    expect(metrics.requests.of('other', 'other', 'other').count).toBe(600)
    expect(metrics.valueOf('encapsify_metrics_overflowed_total')).toBe(601)
  })

  test('a figure by label shows so many values', () => {
    const metrics = new Metrics()
    metrics.gauges('encapsify_x', 'Any.', 'name', () => Array.from({ length: 1_000 }, (_, n) => [`n${n}`, n] as const))
    expect(metrics.samplesOf('encapsify_x')).toHaveLength(200)
  })
})

describe('the text', () => {
  const filled = () => {
    const metrics = new Metrics()
    metrics.counter('encapsify_things_total', 'Things\nand "more".', () => 3)
    metrics.gauges('encapsify_levels', 'Levels.', 'name', () => [
      ['a"b\\c\nd', 1.5],
      ['gone', Number.NaN],
    ])
    metrics.observeRequest('GET', '/api/v1/x', 200, 0.004, 'ab'.repeat(16))
    return metrics
  }

  test('is Prometheus’, escaped, without what is not known', () => {
    const text = filled().text()
    expect(text).toContain(
      '# HELP encapsify_things_total Things\\nand "more".\n# TYPE encapsify_things_total counter\n',
    )
    expect(text).toContain('encapsify_things_total 3\n')
    expect(text).toContain('encapsify_levels{name="a\\"b\\\\c\\nd"} 1.5\n')
    expect(text).not.toContain('gone')
    const labels = 'method="GET",route="/api/v1/x",status="2xx"'
    expect(text).toContain(`encapsify_http_request_seconds_bucket{${labels},le="0.002"} 0\n`)
    expect(text).toContain(`encapsify_http_request_seconds_bucket{${labels},le="0.005"} 1\n`)
    expect(text).toContain(`encapsify_http_request_seconds_bucket{${labels},le="+Inf"} 1\n`)
    expect(text).toContain(`encapsify_http_request_seconds_sum{${labels}} 0.004\n`)
    expect(text).not.toContain('trace_id')
  })

  test('is OpenMetrics on request: families without suffix, a trace beside its bucket, an end', () => {
    const text = filled().text('openmetrics')
    expect(text).toContain('# TYPE encapsify_things counter\n')
    expect(text).toMatch(/le="0.005"} 1 # {trace_id="(ab){16}"} 0.004 \d+\.\d{3}\n/)
    expect(text.endsWith('# EOF\n')).toBe(true)
  })
})

test('a quantile lies inside its bucket; beyond the last bound it is that bound', () => {
  const bounds = [1, 2, 4]
  expect(quantile(0.5, [0, 0, 0, 0], bounds)).toBeUndefined()
  expect(quantile(0.5, [10, 10, 0, 0], bounds)).toBe(1)
  expect(quantile(0.75, [10, 10, 0, 0], bounds)).toBe(1.5)
  expect(quantile(0.99, [0, 0, 0, 5], bounds)).toBe(4)
})
