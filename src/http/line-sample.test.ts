import { expect, test } from 'bun:test'
import { LineSample, sampledPerSecondMax, sampleEvery } from './line-sample.ts'

test('the first of every hundred leaves a line, and so many in a second at most', () => {
  const sample = new LineSample()
  const taken = (count: number, nowMs: number) =>
    Array.from({ length: count }, () => sample.takes(nowMs)).filter(Boolean).length
  expect(sample.takes(0)).toBe(true)
  expect(taken(sampleEvery - 1, 0)).toBe(0)
  expect(taken(sampleEvery * 50, 999)).toBe(sampledPerSecondMax - 1)
  expect(taken(sampleEvery * 5, 1_000)).toBe(5)
})
