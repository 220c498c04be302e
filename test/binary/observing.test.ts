import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, demo, freePort } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'encapsify-observing-'))
const port = freePort()
const origin = `http://localhost:${port}`
const token = 'metrics-for-tests'
let child: Bun.Subprocess
let page = ''

/** Everything that observes is out of order: no room for the log, nobody at the collector's address. */
beforeAll(async () => {
  const made = await demo(folder, { env: { PORT: String(port), ENCAPSIFY_URL: origin } })
  page = made.capsules[0]?.url ?? ''
  child = Bun.spawn([binary, 'serve', '--port', String(port), '--host', '127.0.0.1', '--data', folder], {
    cwd: folder,
    env: {
      ...{ PATH: '/nonexistent', ENCAPSIFY_URL: origin, ENCAPSIFY_METRICS_TOKEN: token, LOG_LEVEL: 'debug' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${freePort()}`, OTEL_TRACES_SAMPLER_ARG: '1' },
    },
    stdout: openSync('/dev/full', 'w'),
    stderr: 'inherit',
  })
  await until(async () => (await fetch(`${origin}/health/ready`).catch(() => undefined))?.ok === true)
})
afterAll(async () => {
  child.kill('SIGKILL')
  await child.exited
  rmSync(folder, { recursive: true, force: true })
})

async function metrics(): Promise<string> {
  return (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
}

const countIn = (text: string, name: string) => Number(new RegExp(`^${name}(?:{[^}]*})? (\\d+)`, 'm').exec(text)?.[1])

test('a full disk under the log: the service answers, and what was lost is counted', async () => {
  expect((await fetch(page)).status).toBe(200)
  expect(countIn(await metrics(), 'encapsify_log_lines_lost_total')).toBeGreaterThan(0)
})

test('nobody at the collector’s address: the service answers, and each failure is counted', async () => {
  await until(async () => countIn(await metrics(), 'encapsify_telemetry_failures_total') > 0)
  expect((await fetch(page)).status).toBe(200)
})

test('a thousand paths, methods and traces that strangers invent add a handful of series', async () => {
  const series = async () => (await metrics()).split('\n').filter((line) => !line.startsWith('#')).length
  await fetch(`${origin}/nobody/0`)
  const before = await series()
  for (let n = 0; n < 1_000; n++) {
    const method = n % 2 === 0 ? 'GET' : `M${String.fromCharCode(65 + (n % 26))}${String.fromCharCode(65 + (n % 25))}`
    const forged = ['00-zz', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]
    const headers = { traceparent: forged[n % 3] ?? '', tracestate: 'x'.repeat(500) }
    const answer = await fetch(`${origin}/${crypto.randomUUID()}/${n}?${n}=${n}`, { method, headers })
    await answer.arrayBuffer()
    expect(answer.status).toBeLessThan(500)
  }
  expect((await series()) - before).toBeLessThan(200)
})

test('every metric that it shows is told of in docs/operations/metrics.md', async () => {
  const shown = [...(await metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  const page = readFileSync('docs/operations/metrics.md', 'utf8')
  expect(shown.length).toBeGreaterThan(60)
  expect(shown.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('it ends in order all the same', async () => {
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
})

/** Asks until it is so; the runner's deadline is the bound. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(50)
}
