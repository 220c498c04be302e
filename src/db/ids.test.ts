import { expect, test } from 'bun:test'
import { isOrganizationId, newOrganizationId } from './ids.ts'

test('organizations that are made in one second have ids of their own', () => {
  const nowMs = 1_790_000_000_000
  const made = new Set(Array.from({ length: 20_000 }, () => newOrganizationId(nowMs)))
  expect(made.size).toBe(20_000)
  expect([...made].every(isOrganizationId)).toBe(true)
})
