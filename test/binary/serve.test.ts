import { expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, serve } from './server.ts'

test('it is ready, tells its figures to operators alone, and describes itself without an outside host', async () => {
  await using server = await serve()
  expect(await (await fetch(`${server.origin}/health/ready`)).json()).toEqual({ status: 'ok', reasons: {} })
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(403)
  const wrong = { headers: { authorization: 'Bearer wrong' } }
  expect((await fetch(`${server.origin}/metrics`, wrong)).status).toBe(403)
  const right = { headers: { authorization: 'Bearer metrics-for-tests' } }
  const metrics = await (await fetch(`${server.origin}/metrics`, right)).text()
  expect(metrics).toContain(
    'encapsify_http_request_seconds_bucket{method="GET",route="/health/ready",status="2xx",le="0.005"}',
  )
  const description = (await (await fetch(`${server.origin}/api/openapi.json`)).json()) as { openapi: string }
  expect(description.openapi).toStartWith('3.1')
  const docs = await (await fetch(`${server.origin}/api/docs`)).text()
  const scripts = [...docs.matchAll(/src="([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(scripts).toHaveLength(1)
  const script = await fetch(server.origin + scripts[0], { headers: { 'accept-encoding': 'br' } })
  expect(script.headers.get('content-encoding')).toBe('br')
  expect(script.headers.get('cache-control')).toContain('immutable')
})

test('SIGTERM drains and ends with 0; what it held is let go of', async () => {
  await using server = await serve()
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(server.log()).toContain('draining')
  expect(existsSync(join(server.folder, 'control.sock'))).toBe(false)
  await using again = await serve({ folder: server.folder })
  expect((await fetch(`${again.origin}/health/live`)).status).toBe(200)
})

test('a second server on the same folder is refused with a line that says so', async () => {
  await using server = await serve()
  const second = Bun.spawnSync([binary, 'serve', '--port', '0', '--data', server.folder], {
    env: {},
    cwd: server.folder,
  })
  expect(second.exitCode).toBe(1)
  expect(second.stderr.toString()).toContain('Another encapsify process is using this data folder')
})

test('a port that is taken ends the start with a line that says so, and lets go of the folder', async () => {
  await using server = await serve()
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-refused-'))
  try {
    const second = Bun.spawnSync([binary, 'serve', '--port', new URL(server.origin).port, '--data', folder], {
      env: {},
      cwd: folder,
      timeout: 60_000,
    })
    expect(second.exitCode).toBe(1)
    expect(second.stderr.toString()).toMatch(/^encapsify: Port \d+ of 0\.0\.0\.0 can't be had.*\n$/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a host of three letters is a host like any other', async () => {
  await using server = await serve()
  const answer = await fetch(`${server.origin}/health/live`, { headers: { host: 'app' } })
  expect(answer.status).toBe(200)
})

test('after kill -9 the folder opens again', async () => {
  await using server = await serve()
  await server.stop('SIGKILL')
  await using again = await serve({ folder: server.folder })
  expect((await fetch(`${again.origin}/health/ready`)).status).toBe(200)
})

test.each([
  ['an unknown path', 'GET', '/nothing/at/all', {}, 404, 'not-found'],
  ['a wrong method', 'DELETE', '/health/live', {}, 405, 'method-not-allowed'],
  ['an address without end', 'GET', `/${'a'.repeat(9_000)}`, {}, 414, 'uri-too-long'],
] as const)('%s gets a problem', async (_, method, path, headers, status, code) => {
  await using server = await serve()
  const answer = await fetch(server.origin + path, { method, headers })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(((await answer.json()) as { code: string }).code).toBe(code)
})
