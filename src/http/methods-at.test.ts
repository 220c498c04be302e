import { expect, test } from 'bun:test'
import { methodsAt } from './methods-at.ts'

const routes = [
  { method: 'GET', path: '/health/live' },
  { method: 'GET', path: '/api/v1/capsules/:id' },
  { method: 'DELETE', path: '/api/v1/capsules/:id' },
  { method: 'GET', path: '/:organization/:capsule' },
]

test.each([
  ['/health/live', ['GET']],
  ['/api/v1/capsules/cap_1', ['DELETE', 'GET']],
  ['/northlight/tour', ['GET']],
  ['/api/nothing', []],
  ['/health/nothing', []],
  ['/api/v1/nothing/at/all', []],
] as const)('%s answers to %p', (path, methods) => {
  expect(methodsAt(routes, path)).toEqual([...methods])
})
