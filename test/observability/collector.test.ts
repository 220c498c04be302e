import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTelemetryCollector } from '../../scripts/tools.ts'
import { demo, freePort, type Served, serve } from '../binary/server.ts'

/** On demand: needs Go the first time. The compiled binary against a real OpenTelemetry collector. */
setDefaultTimeout(600_000)

const folder = mkdtempSync(join(tmpdir(), 'encapsify-otel-'))
const port = freePort()
const otlp = freePort()
const log = join(folder, 'collector.log')
let collector: Bun.Subprocess
let server: Served
let capsule = { id: '', url: '' }
let apiKey = ''

beforeAll(async () => {
  const config = join(folder, 'collector.yaml')
  writeFileSync(
    config,
    `receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${otlp} } } } }
exporters: { debug: { verbosity: detailed } }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    traces: { receivers: [otlp], exporters: [debug] }
    logs: { receivers: [otlp], exporters: [debug] }
`,
  )
  const out = Bun.file(log)
  collector = Bun.spawn([await openTelemetryCollector(), '--config', config], { stdout: out, stderr: out })
  const env = {
    PORT: String(port),
    ENCAPSIFY_URL: `http://localhost:${port}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlp}`,
    OTEL_TRACES_SAMPLER_ARG: '1',
  }
  const made = await demo(folder, { env })
  apiKey = made.apiKey
  capsule = made.capsules[0] ?? capsule
  server = await serve({ folder, port, env })
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  collector?.kill()
  rmSync(folder, { recursive: true, force: true })
})

test('a vote is seen in the collector from HTTP to commit to fan-out, and the log beside it', async () => {
  const traceId = '5af7651916cd43dd8448eb211c80319c'
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const document = {
    format: 1,
    pages: [
      {
        id: 'one',
        blocks: [
          {
            id: 'poll',
            type: 'poll',
            question: 'Tea?',
            choices: [
              { id: 'y', text: 'Yes' },
              { id: 'n', text: 'No' },
            ],
          },
        ],
      },
    ],
  }
  const api = `${server.origin}/api/v1/capsules`
  const made = (await (
    await fetch(api, { method: 'POST', headers, body: JSON.stringify({ title: 'Tea', draft: document }) })
  ).json()) as { id: string }
  await fetch(`${api}/${made.id}/publication`, { method: 'POST', headers })
  const voted = await fetch(`${api}/${made.id}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: JSON.stringify({ id: 'vote-0123456789abcdef', version: 1, block: 'poll', value: ['y'] }),
  })
  expect(voted.status).toBe(201)
  // Ending in order sends what waits.
  expect(await server.stop('SIGTERM')).toBe(0)
  collector.kill()
  await collector.exited
  const text = readFileSync(log, 'utf8')
  const spans = text.split(/Span #\d+/).filter((span) => span.includes(traceId))
  const field = (span: string, name: string) =>
    new RegExp(`^\\s*${name}\\s*: *(.*)$`, 'm').exec(span)?.[1]?.trim() ?? ''
  const byName = new Map(
    spans.map((span) => [field(span, 'Name'), { id: field(span, 'ID'), parent: field(span, 'Parent ID') }]),
  )
  const names = [...byName.keys()]
  const [commit] = names.filter((name) => name.startsWith('commit shard-'))
  const [write] = names.filter((name) => name.startsWith('write '))
  expect(byName.get('POST /api/v1/capsules/:id/responses')?.parent).toBe('b7ad6b7169203331')
  expect(byName.get(write ?? '')?.parent).toBe(byName.get('POST /api/v1/capsules/:id/responses')?.id ?? '-')
  expect(byName.get(commit ?? '')?.parent).toBe(byName.get(write ?? '')?.id ?? '-')
  expect(byName.get('fan-out')?.parent).toBe(byName.get(commit ?? '')?.id ?? '-')
  expect(text).toContain('Body: Str(draining)')
  expect(text).toContain('service.name: Str(encapsify)')
})
