import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, type Demo, serve } from './server.ts'

function run(folder: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, 'demo', '--data', folder, ...args], {
    cwd: folder,
    env: { PORT: '4321' },
  })
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() }
}

test('it fills a folder that nobody serves, twice the same, then through the server that does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-demo-'))
  try {
    const first = run(folder, '--json')
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    const made = JSON.parse(first.stdout) as Demo
    expect(made.origin).toBe('http://localhost:4321')
    const summary = run(folder)
    expect(summary).toMatchObject({ exitCode: 0, stderr: '' })
    for (const words of [made.email, made.password, ...made.capsules.map((one) => one.url)]) {
      expect(summary.stdout).toContain(words)
    }
    await using server = await serve({ folder })
    const again = JSON.parse(run(folder, '--json').stdout) as Demo
    expect(again.capsules.map((one) => one.id)).toEqual(made.capsules.map((one) => one.id))
    expect(again.origin).toBe(server.origin)
    expect(again.password).toBe(made.password)
    const authorization = `Bearer ${again.apiKey}`
    expect((await fetch(`${server.origin}/api/v1/keys`, { headers: { authorization } })).status).toBe(200)
    const signedIn = await fetch(`${server.origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.origin },
      body: JSON.stringify({ email: made.email, password: made.password }),
    })
    expect(signedIn.ok).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a flag that there is not is told in one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-demo-'))
  try {
    const { exitCode, stderr } = run(folder, '--nonsense')
    expect(exitCode).not.toBe(0)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
