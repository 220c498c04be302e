import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PositionFiles } from './position-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-positions-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const show = (txid: number, name = 'shard-000') =>
  writeFileSync(join(folder, `${name}.db-pos`), `${txid.toString(16).padStart(16, '0')}/${'c'.repeat(16)}\n`)

test('a position is read anew each time, of each database its own', () => {
  const files = new PositionFiles(folder)
  show(1)
  show(0xab, 'directory')
  expect(files.read('shard-000')).toEqual({ txid: 1, checksum: 'c'.repeat(16) })
  expect(files.read('directory').txid).toBe(0xab)
  show(2)
  expect(files.read('shard-000').txid).toBe(2)
  files.close()
})

test('what is gone, or is no position, is said', () => {
  const files = new PositionFiles(folder)
  expect(() => files.read('shard-000')).toThrow('ENOENT')
  show(1)
  expect(files.read('shard-000').txid).toBe(1)
  renameSync(join(folder, 'shard-000.db-pos'), join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'shard-000.db-pos'), 'nothing')
  expect(() => files.read('shard-000')).toThrow('This is no position of LiteFS.')
  files.close()
})
