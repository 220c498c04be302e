import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RecordFile } from './record.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-record-'))
  folders.push(folder)
  return folder
}

test('G1 the record is there after it was written, and nothing is left beside it', () => {
  const folder = newFolder()
  const record = new RecordFile(folder)
  expect(record.read()).toBeNull()
  record.write({ promised: 3, member: true })
  record.write({ promised: 4, member: true })
  expect(new RecordFile(folder).read()).toEqual({ promised: 4, member: true })
  expect(readdirSync(folder)).toEqual(['guard.json'])
})

test('a write that was cut off leaves the record of before', () => {
  const folder = newFolder()
  const record = new RecordFile(folder)
  record.write({ promised: 3, member: true })
  writeFileSync(join(folder, 'guard.json.new'), '{"promis')
  expect(record.read()).toEqual({ promised: 3, member: true })
})

test.each(['', 'x', '{"promised":-1,"member":true}', '{"promised":1}', '{"promised":'])(
  'a record that cannot be understood (%p) stops the start: nobody guesses a promise',
  (text) => {
    const folder = newFolder()
    writeFileSync(join(folder, 'guard.json'), text)
    expect(() => new RecordFile(folder).read()).toThrow('is damaged')
  },
)
