import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { FolderBlobs } from './folder.ts'
import { Leftovers } from './leftovers.ts'
import { pathOf } from './store.ts'

const organizationId: OrganizationId = 'org_0123456789'
const graceMs = 1_000
let folder: string
let known: Set<string>
let leftovers: Leftovers
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-leftovers-'))
  known = new Set()
  leftovers = new Leftovers({ folder, store: new FolderBlobs(folder), known: () => known, graceMs })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function blob(digit: string): { hash: string; path: string; derived: string } {
  const hash = digit.repeat(64)
  const path = join(folder, pathOf({ organizationId, hash }))
  const derived = join(folder, pathOf({ organizationId, hash, derived: 'film.mp4' }))
  mkdirSync(dirname(derived), { recursive: true })
  for (const one of [path, derived]) writeFileSync(one, 'x')
  return { hash, path, derived }
}

test('what nobody has known for the grace time goes, with all that was made of it', async () => {
  const [used, unused] = [blob('a'), blob('b')]
  known.add(used.hash)
  await leftovers.sweep(0)
  await leftovers.sweep(graceMs - 1)
  expect(existsSync(unused.path)).toBeTrue()
  await leftovers.sweep(graceMs)
  expect([unused.path, unused.derived].map((path) => existsSync(path))).toEqual([false, false])
  expect([used.path, used.derived].map((path) => existsSync(path))).toEqual([true, true])
})

test('what was known in between waits anew', async () => {
  const { hash, path } = blob('a')
  await leftovers.sweep(0)
  known.add(hash)
  await leftovers.sweep(graceMs / 2)
  known.delete(hash)
  await leftovers.sweep(graceMs)
  await leftovers.sweep(graceMs + 1)
  expect(existsSync(path)).toBeTrue()
})

test('what is no blob is left alone, and a folder that is not there is no fault', async () => {
  writeFileSync(join(folder, 'lost'), 'x')
  mkdirSync(join(folder, 'new-1/ab'), { recursive: true })
  writeFileSync(join(folder, 'new-1/ab/blob'), 'x')
  for (const nowMs of [0, graceMs]) await leftovers.sweep(nowMs)
  expect([existsSync(join(folder, 'lost')), existsSync(join(folder, 'new-1/ab/blob'))]).toEqual([true, true])
  rmSync(folder, { recursive: true })
  await leftovers.sweep(graceMs)
})
