import { expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary } from './server.ts'

const told = (...args: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, ...args], { env: {}, cwd: tmpdir(), timeout: 60_000 })
  return { exitCode, out: stdout.toString(), error: stderr.toString() }
}

test.each([
  ['an unknown command', ['nonsense']],
  ['an unknown flag', ['serve', '--nonsense']],
  ['a flag without its value', ['serve', '--port']],
  ['a word too many', ['serve', 'extra']],
  ['a word too many for version', ['version', 'extra']],
  ['a word too many for help', ['help', 'extra']],
] as const)('%s is bad usage: one line, and 2', (_, args) => {
  const { exitCode, out, error } = told(...args)
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
  expect(error).toMatch(/^encapsify: .+\n$/)
})

test('the doctor looks and makes nothing', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'encapsify-looked-')), 'data')
  try {
    const { exitCode, out } = told('doctor', '--data', folder)
    expect(exitCode).toBe(0)
    expect(out).toContain('does not exist yet')
    expect(existsSync(folder)).toBe(false)
  } finally {
    rmSync(join(folder, '..'), { recursive: true })
  }
})

test('help names every variable that is read', async () => {
  const sources = ['src/config.ts', ...new Bun.Glob('modules/*/config.ts').scanSync('.')]
  const config = (await Promise.all(sources.map((path) => Bun.file(path).text()))).join('\n')
  const { out } = told('help')
  const names = new Set(
    [...config.matchAll(/\benv\.((?:ENCAPSIFY_\w+)|PORT|HOST|LOG_LEVEL)/g)].map((match) => match[1] ?? ''),
  )
  expect(names.size).toBeGreaterThan(8)
  expect([...names].filter((name) => !out.includes(name))).toEqual([])
})
