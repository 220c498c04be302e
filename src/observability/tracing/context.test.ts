import { expect, test } from 'bun:test'
import { formatTraceparent, isTaken, newSpanId, newTraceId, parseTraceparent } from './context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

test.each([
  [`00-${traceId}-${spanId}-01`, true],
  [`00-${traceId}-${spanId}-00`, false],
  [`00-${traceId}-${spanId}-03`, true],
  [`cc-${traceId}-${spanId}-01`, true],
  [`cc-${traceId}-${spanId}-01-what-comes-later`, true],
])('%s is read', (header, sampled) => {
  expect(parseTraceparent(header)).toEqual({ traceId, spanId, sampled })
})

test.each([
  null,
  '',
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId}-${spanId}-1`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId}${spanId}-01`,
  ` 00-${traceId}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01-${'x'.repeat(10_000)}`,
  "00-'; DROP TABLE job; --",
])('%p is not', (header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})

test('what is written is read as it was', () => {
  for (let n = 0; n < 100; n++) {
    const context = { traceId: newTraceId(), spanId: newSpanId(), sampled: n % 2 === 0 }
    expect(parseTraceparent(formatTraceparent(context))).toEqual(context)
  }
})

test('a trace that one node takes is taken by all that have its ratio', () => {
  for (const ratio of [1, 0.5, 0.01, 1e-6]) {
    for (let n = 0; n < 200; n++) {
      const id = newTraceId(ratio)
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      expect(isTaken(id, ratio)).toBe(true)
    }
  }
  const taken = Array.from({ length: 20_000 }, () => isTaken(newTraceId(), 0.1)).filter(Boolean).length
  expect(taken / 20_000).toBeGreaterThan(0.08)
  expect(taken / 20_000).toBeLessThan(0.12)
})
