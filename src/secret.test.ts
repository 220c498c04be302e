import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDataFolder } from './data-folder.ts'
import { isSigned, loadSecret } from './secret.ts'

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

test('a tag is believed when one of the secrets made it, and when it is all of it', () => {
  const tagOf = (secret: string) => `${secret}-tag-ü`
  for (const secret of ['current', 'former']) {
    expect(isSigned(tagOf(secret), ['current', 'former'], tagOf)).toBe(true)
  }
  for (const given of ['', 'other-tag-ü', 'current-tag', 'current-tag-ü2', 'current-tag-u', 'current-tag-uu']) {
    expect(isSigned(given, ['current', 'former'], tagOf)).toBe(false)
  }
})
