import { expect, test } from 'bun:test'
import { AiFigures, registerAiFigures } from './figures.ts'

test('the speed of streams is told by percentiles; what has no duration says nothing', () => {
  const figures = new AiFigures()
  expect(figures.tokensPerSecond(0.5)).toBe(0)
  for (let n = 1; n <= 10; n++) figures.streamed(n * 10, 1_000)
  figures.streamed(5, 0)
  figures.streamed(1, 1_000)
  expect(figures.tokensPerSecond(0.5)).toBe(60)
  expect(figures.tokensPerSecond(0.1)).toBe(20)
  const read = new Map<string, () => number>()
  const keep = (name: string, _help: string, value: () => number) => void read.set(name, value)
  registerAiFigures({ gauge: keep, counter: keep }, figures)
  expect(read.get('encapsify_ai_tokens_per_second_p50')?.()).toBe(60)
})
