import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDataFolder } from './data-folder.ts'
import { loadSecret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'encapsify-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a secret is made once, for its owner only, and kept', () => {
  const made = loadSecret(folder, undefined)
  expect(made.length).toBeGreaterThanOrEqual(32)
  expect(loadSecret(folder, undefined)).toBe(made)
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
  expect(loadSecret(folder, 'x'.repeat(32))).toBe('x'.repeat(32))
})

test.each(['', '\n', 'short'])('a secret file that holds %j signs nothing: the start stops and names it', (text) => {
  writeFileSync(join(folder, 'secret'), text)
  expect(() => loadSecret(folder, undefined)).toThrow(join(folder, 'secret'))
})

test('a data folder that is a file is said in one line that names it', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(() => makeDataFolder(file)).toThrow(`The data folder ${file} can't be written (EEXIST)`)
  expect(() => makeDataFolder(join(file, 'below'))).toThrow('--data or ENCAPSIFY_DATA')
})
