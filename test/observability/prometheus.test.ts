import { expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { grafanaDashboard } from '../../src/observability/slo/grafana.ts'
import { freePort, serve } from '../binary/server.ts'

/** Needs Debian's `prometheus` package. A real Prometheus scrapes the binary; promtool reads the rules. */
setDefaultTimeout(120_000)

const rules = resolve('docs/operations/prometheus-rules.yml')

test('promtool accepts the rules', async () => {
  const child = Bun.spawn(['promtool', 'check', 'rules', rules], { stdout: 'pipe', stderr: 'pipe' })
  expect(await child.exited).toBe(0)
  expect(await new Response(child.stdout).text()).toContain('SUCCESS')
})

test('Prometheus understands every query of the dashboard', async () => {
  const { panels } = JSON.parse(grafanaDashboard()) as { panels: { targets: { expr: string }[] }[] }
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  const rules = queries.map((expr, at) => {
    const query = expr.replaceAll('$__rate_interval', '1m').replaceAll('$node', '.*')
    return { record: `query:${at}`, expr: query }
  })
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-dashboard-'))
  // JSON is YAML.
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
  const child = Bun.spawn(['promtool', 'check', 'rules', 'rules.yml'], { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const said = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  expect([await child.exited, said]).toEqual([0, expect.stringContaining(`${queries.length} rules found`)])
  rmSync(folder, { recursive: true, force: true })
})

test('promtool finds no fault with what the binary tells of itself', async () => {
  await using server = await serve()
  await fetch(`${server.origin}/api/openapi.json`)
  const text = await metrics(server.origin, {})
  const child = Bun.spawn(['promtool', 'check', 'metrics'], { stdin: new Blob([text]), stdout: 'pipe', stderr: 'pipe' })
  const faults = (await new Response(child.stderr).text()) + (await new Response(child.stdout).text())
  await child.exited
  expect(faults.split('\n').filter((line) => !/^$|should not contain abbreviated|non-base units/.test(line))).toEqual(
    [],
  )
})

test('a burn in the figures becomes an alert by the rules', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-rules-'))
  const labels = 'method="GET", route="/x"'
  writeFileSync(
    join(folder, 'test.yml'),
    `rule_files: [${rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'encapsify_http_request_seconds_count{${labels}, status="2xx"}'
        values: '0+1000x120'
      - series: 'encapsify_http_request_seconds_count{${labels}, status="5xx"}'
        values: '0+0x60 0+50x60'
    alert_rule_test:
      - eval_time: 50m
        alertname: encapsify:errors:page:1h
        exp_alerts: []
      - eval_time: 90m
        alertname: encapsify:errors:page:1h
        exp_alerts:
          - exp_labels: { severity: page, objective: errors }
            exp_annotations:
              summary: 'Errors: the error budget is spent more than 14.4 times too fast (99.99 % of requests without a fault of ours).'
              runbook: docs/operations/alerts.md#errors
`,
  )
  const child = Bun.spawn(['promtool', 'test', 'rules', 'test.yml'], { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const said = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  expect([await child.exited, said]).toEqual([0, expect.stringContaining('SUCCESS')])
  rmSync(folder, { recursive: true, force: true })
})

test('a real Prometheus scrapes the binary and reads the rules', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-prometheus-'))
  await using server = await serve()
  const port = freePort()
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${rules}]
scrape_configs:
  - job_name: encapsify
    authorization: { credentials: metrics-for-tests }
    static_configs: [{ targets: ['${new URL(server.origin).host}'] }]
`,
  )
  const prometheus = Bun.spawn(
    [
      'prometheus',
      '--config.file',
      'prometheus.yml',
      '--storage.tsdb.path',
      'data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { cwd: folder, stdout: 'ignore', stderr: 'inherit' },
  )
  try {
    const up = await until(
      () => query(port, 'up{job="encapsify"}'),
      (values) => values[0] === '1',
    )
    expect(up).toEqual(['1'])
    await fetch(`${server.origin}/api/openapi.json`)
    const seen = await until(
      () => query(port, 'encapsify_http_request_seconds_count{route="/api/openapi.json"}'),
      (values) => values.length > 0,
    )
    expect(seen).toEqual(['1'])
  } finally {
    prometheus.kill()
    await prometheus.exited
    rmSync(folder, { recursive: true, force: true })
  }
})

async function metrics(origin: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(`${origin}/metrics`, {
    headers: { authorization: 'Bearer metrics-for-tests', ...headers },
  })
  return answer.text()
}

async function query(port: number, text: string): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`).catch(
    () => undefined,
  )
  if (answer?.ok !== true) return []
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
  return data.result.map(({ value }) => value[1])
}

/** Asks a foreign program that tells nobody when it is ready. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    await Bun.sleep(100)
  }
}
