import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSigned } from '../fixtures/certificate.ts'
import { binary, demo, pagesGone, serve } from './server.ts'

function run(folder: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, 'purge', '--data', folder, ...args], {
    cwd: folder,
    env: {},
  })
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() }
}

test('pages are purged through the running server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-purge-'))
  try {
    const { capsules } = await demo(folder)
    const [first, second] = capsules.map(({ url }) => new URL(url).pathname)
    {
      await using server = await serve({ folder })
      const status = async (path: string | undefined) =>
        (await fetch(`${server.origin}${path}`)).headers.get('cache-status')
      await status(first)
      await status(second)
      expect(await status(first)).toBe('encapsify; hit')
      const before = await pagesGone(server.origin)
      expect(run(folder, '--path', first ?? '')).toMatchObject({ exitCode: 0, stderr: '' })
      // It went. That it is there again is the doing of whoever makes the most visited ready.
      expect(await pagesGone(server.origin)).toBeGreaterThan(before)
      expect(run(folder, '--tag', 'capsule:nothing')).toMatchObject({ exitCode: 0 })
      expect(await status(second)).toBe('encapsify; hit')
      const beforeAll = await pagesGone(server.origin)
      expect(run(folder, '--all')).toMatchObject({ exitCode: 0 })
      expect(await pagesGone(server.origin)).toBeGreaterThan(beforeAll)
      expect(run(folder).exitCode).toBe(2)
      expect(run(folder).stderr.trim().split('\n')).toHaveLength(1)
      expect(await server.stop('SIGTERM')).toBe(0)
    }
    expect(run(folder, '--all')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No server runs') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

test('a certificate of its own is renewed on SIGHUP, and a broken one is not taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-tls-'))
  const lay = async (serial: number) => {
    const { cert, key } = selfSigned(serial)
    await Bun.write(join(folder, 'cert.pem'), cert)
    await Bun.write(join(folder, 'key.pem'), key)
  }
  try {
    await lay(1)
    const env = { ENCAPSIFY_TLS_CERT: join(folder, 'cert.pem'), ENCAPSIFY_TLS_KEY: join(folder, 'key.pem') }
    await using server = await serve({ folder, env })
    const ask = () =>
      fetch(`${server.origin.replace('http:', 'https:')}/health/live`, { tls: { rejectUnauthorized: false } })
    expect((await ask()).status).toBe(200)
    await lay(2)
    process.kill(server.pid, 'SIGHUP')
    while (!server.log().includes('the certificate was read again'))
      await new Promise((resolve) => setImmediate(resolve))
    expect((await ask()).status).toBe(200)
    await Bun.write(join(folder, 'key.pem'), 'broken')
    process.kill(server.pid, 'SIGHUP')
    while (!server.log().includes('the one before stays')) await new Promise((resolve) => setImmediate(resolve))
    expect((await ask()).status).toBe(200)
    expect(await server.stop('SIGTERM')).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
