import { expect, test } from 'bun:test'
import { BatchSteps } from './batch-steps.ts'

const settled = (commitMs: number, confirmMs: number) => {
  const steps = new BatchSteps()
  for (let n = 0; n < 50; n++) steps.note(commitMs, confirmMs)
  return steps
}

test('one commit takes everything while confirmations come at once', () => {
  expect(new BatchSteps().sizeOf(5_000)).toBe(5_000)
  expect(settled(10, 0).sizeOf(5_000)).toBe(5_000)
  expect(settled(20, 4).sizeOf(5_000)).toBe(5_000)
})

test('far confirmations are filled with steps, so that the writer is never idle for a whole way', () => {
  expect(settled(14, 50).sizeOf(1_000)).toBe(250)
  expect(settled(14, 30).sizeOf(1_000)).toBe(334)
})

test('steps are neither many nor small', () => {
  expect(settled(1, 500).sizeOf(20_000)).toBe(2_500)
  expect(settled(1, 500).sizeOf(300)).toBe(128)
  expect(settled(1, 500).sizeOf(3)).toBe(128)
})
