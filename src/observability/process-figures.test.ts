import { expect, test } from 'bun:test'
import { Metrics } from './metrics.ts'
import { ProcessFigures } from './process-figures.ts'

test('the heap is told of without a walk through it, which would stop everything that goes on', () => {
  const metrics = new Metrics()
  const figures = new ProcessFigures()
  figures.register(metrics)
  const [used, held] = ['encapsify_heap_bytes', 'encapsify_heap_capacity_bytes'].map((name) => metrics.valueOf(name))
  expect(used).toBeGreaterThan(0)
  expect(held).toBeGreaterThan(0)
  expect(metrics.text()).not.toContain('encapsify_heap_objects')
  figures.close()
})
