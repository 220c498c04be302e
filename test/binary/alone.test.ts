import { afterAll, beforeAll, expect, test } from 'bun:test'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { demo, serve } from './server.ts'

/** The executable alone in an empty folder: no node_modules, no HOME, an empty environment, a PATH that leads nowhere. */
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-alone-'))
  copyFileSync(resolve('dist/encapsify'), join(folder, 'encapsify'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(...args: string[]) {
  const child = Bun.spawnSync([join(folder, 'encapsify'), ...args], { cwd: folder, env: { PATH: '/nonexistent' } })
  return { code: child.exitCode, out: child.stdout.toString(), error: child.stderr.toString() }
}

test('it is one file of at most 150 MB', () => {
  expect(readdirSync(folder)).toEqual(['encapsify'])
  expect(statSync(join(folder, 'encapsify')).size).toBeLessThanOrEqual(150_000_000)
})

test('it says its version', () => {
  expect(run('version')).toMatchObject({ code: 0, out: expect.stringMatching(/^encapsify \d+\.\d+\.\d+ /) })
})

test('it makes a WebP and an AVIF with the libraries it carries, and leaves none of them behind', () => {
  const { code, out } = run('doctor', '--data', join(folder, 'data'))
  expect(out).toMatch(/✓ images\s+WebP \d+ bytes, AVIF \d+ bytes/)
  expect(code).toBe(0)
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('what it carries is kept private beside the data that it serves', async () => {
  const executable = join(folder, 'encapsify')
  await using server = await serve({ executable })
  await demo(server.folder, { executable })
  const page = await (await fetch(`${server.origin}/northlight/field-guide`)).text()
  const film = /\/-\/recordings\/[\w-]+\.webm/.exec(page)?.[0]
  expect((await fetch(`${server.origin}${film}`)).status).toBe(200)
  expect(statSync(join(server.folder, 'native')).mode & 0o777).toBe(0o700)
})

test('bad usage ends with one line and 2, a wrong setting with one that names it', () => {
  const unknown = run('dance')
  expect(unknown.code).toBe(2)
  expect(unknown.error.trim().split('\n')).toHaveLength(1)
  const child = Bun.spawnSync([join(folder, 'encapsify'), 'doctor'], { cwd: folder, env: { PORT: 'many' } })
  expect(child.exitCode).not.toBe(0)
  expect(child.stderr.toString()).toContain('PORT')
})
