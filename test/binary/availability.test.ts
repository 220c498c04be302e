import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, demo, freePort, type Served, serve } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'encapsify-sla-'))
const port = freePort()
let server: Served
let made: Awaited<ReturnType<typeof demo>>

beforeAll(async () => {
  const env = { PORT: String(port), ENCAPSIFY_URL: `http://localhost:${port}` }
  made = await demo(folder, { env })
  server = await serve({ folder, port, env })
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function sla(...args: string[]): Promise<{ text: string; fault: string; code: number }> {
  const child = Bun.spawn([binary, 'sla', '--data', folder, ...args], { stdout: 'pipe', stderr: 'pipe', env: {} })
  const [text, fault] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { text, fault, code: await child.exited }
}

test('the report tells of requests, of checks that opened, voted and asked in the shard, and of the plan', async () => {
  const url = made.capsules[0]?.url ?? ''
  for (let n = 0; n < 3; n++) expect((await fetch(url)).status).toBe(200)
  expect(await sla('--organization', made.organization, '--plan', 'enterprise')).toMatchObject({
    text: `${made.organization} has the plan enterprise from now on.\n`,
    code: 0,
  })
  const report = JSON.parse((await sla()).text) as { items: Record<string, unknown>[] }
  expect(report.items).toMatchObject([
    {
      ...{ organization: made.organization, plan: 'enterprise', promised: 0.9999, availability: 1, budgetLeft: 1 },
      ...{ requestsFailed: 0, checksFailed: 0 },
    },
  ])
  expect(report.items[0]?.requests).toBeGreaterThanOrEqual(3)
  // The report's own; the server makes one a minute besides.
  expect(report.items[0]?.checks).toBeGreaterThanOrEqual(1)
  const { text } = await sla('--csv')
  expect(text.split('\r\n')).toHaveLength(3)
  const own = await fetch(`${server.origin}/api/v1/availability`, {
    headers: { authorization: `Bearer ${made.apiKey}` },
  })
  expect(await own.json()).toMatchObject({ plan: 'enterprise', availability: 1 })
})

test('what cannot be is said in one line', async () => {
  expect(await sla('--month', 'soon')).toMatchObject({ code: 1, fault: 'encapsify: A month is written as 2026-11.\n' })
  expect(await sla('--plan', 'gold')).toMatchObject({ code: 2 })
  expect(await sla('--plan', 'gold', '--organization', made.organization)).toMatchObject({
    fault: 'encapsify: A plan is one of standard, enterprise.\n',
  })
  expect((await sla('--plan', 'standard', '--organization', 'nobody-here')).code).toBe(1)
})
