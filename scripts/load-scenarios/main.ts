/**
 * `./scripts/load <scenario> [--rate N] [--capsules N] [--seconds N] [--keep]`: starts the binary on loopback, runs the mix by k6, and
 * writes dist/load/<scenario>.html and .json. `--keep` makes the figures the ones that later runs are compared with.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { objectives } from '../../src/observability/slo/objectives.ts'
import { freePort } from '../../test/binary/server.ts'
import { run as oha } from '../benchmarks/load.ts'
import {
  cpuMs,
  demo,
  encapsify,
  metricsToken,
  remove,
  rssMiB,
  type Server,
  temporaryFolder,
} from '../benchmarks/servers.ts'
import { k6 } from '../tools.ts'
import { between, parse, type Sample, sumOf } from './exposition.ts'
import { type Indicator, type LoadReport, type Moment, reportHtml } from './report.ts'
import { baseRate, type Scenario, scenarios } from './scenarios.ts'
import { fillSite } from './site.ts'

const kinds = ['page', 'vote', 'api', 'ask', 'publish'] as const
const calibrationS = 4
const lookEveryMs = 1_000
/** Looks kept for the charts; of longer runs every second one is dropped, again and again. */
const momentsMax = 600
/** More CPU a request than in the committed run, each beside its own calibration. */
const regressionMax = 1.15
const port = freePort()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    capsules: { type: 'string' },
    seconds: { type: 'string' },
    keep: { type: 'boolean' },
  },
})
const name = positionals[0] ?? ''
const scenario = scenarios[name]
if (scenario === undefined) {
  console.error(`There is no scenario ${name}: ${Object.keys(scenarios).join(', ')}.`)
  process.exit(2)
}
const rate = Number(values.rate ?? baseRate)
const folder = temporaryFolder()
try {
  const made = await demo(folder, port)
  await using server = await encapsify(folder, port)
  const report = await runScenario(server, scenario, made)
  mkdirSync('dist/load', { recursive: true })
  await Bun.write(`dist/load/${name}.json`, `${JSON.stringify(report, null, 1)}\n`)
  await Bun.write(`dist/load/${name}.html`, reportHtml(report))
  if (values.keep === true) await Bun.write(committedPath(), `${JSON.stringify({ ...report, moments: [] }, null, 2)}\n`)
  print(report)
  if (report.missed.length > 0) process.exitCode = 1
} finally {
  remove(folder)
}

async function runScenario(
  server: Server,
  { about, stages, bar, stopsWhenMissed }: Scenario,
  made: Awaited<ReturnType<typeof demo>>,
): Promise<LoadReport> {
  const capsules = await fillSite(server, made, Number(values.capsules ?? 200))
  const plan = {
    origin: server.origin,
    apiKey: made.apiKey,
    capsules,
    kinds,
    rate,
    stages: values.seconds === undefined ? stages : shortened(stages, Number(values.seconds)),
  }
  const planPath = join(folder, 'plan.json')
  await Bun.write(planPath, JSON.stringify(plan))
  const calibration = await calibrate(server)
  const before = await look(server)
  const cpuBefore = cpuMs(server.pid)
  const summaryPath = join(folder, 'summary.json')
  const command = [
    await k6(),
    'run',
    '--quiet',
    '--no-usage-report',
    '--summary-export',
    summaryPath,
    '-e',
    `PLAN=${planPath}`,
  ]
  const child = Bun.spawn([...command, join(import.meta.dir, 'mix.js')], { stdout: 'ignore', stderr: 'inherit' })
  const moments = await watch(server, child, before, stopsWhenMissed === true)
  await child.exited
  const after = await look(server)
  const requests = grown(before, after, 'encapsify_http_request_seconds_count')
  const cost = ((cpuMs(server.pid) - cpuBefore) * 1_000) / Math.max(requests, 1)
  const summary = (await Bun.file(summaryPath).json()) as LoadReport['client']
  const indicators = objectives.map((objective): Indicator => {
    const { good, bad } = between(objective, before, after)
    return { name: objective.name, title: objective.title, target: objective.target, share: objective.share, good, bad }
  })
  const ratio = cost / calibration.microseconds
  const committed = await committedReport()
  return {
    name,
    about,
    rate,
    capsules: capsules.length,
    atMs: Date.now(),
    requests,
    indicators,
    calibration,
    microseconds: cost,
    ratio,
    committed: committed?.ratio ?? null,
    moments,
    client: { metrics: summary.metrics },
    missed: missedBars(bar, indicators, ratio, committed?.ratio),
  }
}

function missedBars(
  bar: Scenario['bar'],
  indicators: readonly Indicator[],
  ratio: number,
  committed: number | undefined,
): string[] {
  // Under more than it can take the service may be slow to the new and must be right to all.
  const checked =
    bar === 'none'
      ? []
      : bar === 'objectives'
        ? indicators
        : indicators.filter(({ name }) => ['hit-rate', 'availability'].includes(name))
  const missed = checked
    .filter(({ good, bad, share }) => good + bad > 0 && good / (good + bad) < share)
    .map(({ title, target }) => `${title}: ${target}`)
  if (committed !== undefined && ratio > committed * regressionMax) {
    missed.push(`CPU a request ÷ calibration: ${ratio.toFixed(2)}, committed ${committed.toFixed(2)}`)
  }
  return missed
}

/** What the smallest answer costs on this machine now: what everything is divided by. */
async function calibrate(server: Server) {
  const beforeMs = cpuMs(server.pid)
  const measured = await oha({ url: `${server.origin}/health/live`, seconds: calibrationS, connections: 32 })
  const microseconds = ((cpuMs(server.pid) - beforeMs) * 1_000) / (measured.perSecond * calibrationS)
  return { perSecond: measured.perSecond, microseconds }
}

async function watch(
  server: Server,
  child: Bun.Subprocess,
  before: readonly Sample[],
  stops: boolean,
): Promise<Moment[]> {
  let moments: Moment[] = []
  let [last, lastMs, lastCpu, every] = [before, Date.now(), cpuMs(server.pid), 1]
  const beganMs = lastMs
  for (let at = 0; child.exitCode === null; at++) {
    await Promise.race([child.exited, Bun.sleep(lookEveryMs * every)])
    const now = await look(server)
    const nowMs = Date.now()
    const cpu = cpuMs(server.pid)
    const seconds = (nowMs - lastMs) / 1_000
    const bad = Object.fromEntries(
      objectives.map((objective) => [objective.name, shareOf(between(objective, last, now))]),
    )
    moments.push({
      atS: (nowMs - beganMs) / 1_000,
      perSecond: grown(last, now, 'encapsify_http_request_seconds_count') / seconds,
      faults:
        (sumOf(now, 'encapsify_http_request_seconds_count', { status: '5xx' }) -
          sumOf(last, 'encapsify_http_request_seconds_count', { status: '5xx' })) /
        seconds,
      cores: (cpu - lastCpu) / (nowMs - lastMs),
      rssMiB: rssMiB(server.pid),
      good: bad,
    })
    if (moments.length > momentsMax) {
      moments = moments.filter((_, index) => index % 2 === 0)
      every *= 2
    }
    if (stops && at > 5 && (isMissed(bad, 'api-latency') || isMissed(bad, 'page-latency'))) child.kill('SIGINT')
    ;[last, lastMs, lastCpu] = [now, nowMs, cpu]
  }
  return moments
}

function isMissed(good: Moment['good'], objective: string): boolean {
  const share = good[objective]
  return share !== null && share !== undefined && share < (objectives.find((one) => one.name === objective)?.share ?? 0)
}

function shareOf({ good, bad }: { good: number; bad: number }): number | null {
  return good + bad === 0 ? null : good / (good + bad)
}

function grown(before: readonly Sample[], after: readonly Sample[], metric: string): number {
  return sumOf(after, metric) - sumOf(before, metric)
}

async function look(server: Server): Promise<Sample[]> {
  const answer = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
  return parse(await answer.text())
}

/** The same shape in so many seconds. */
function shortened(stages: Scenario['stages'], seconds: number): Scenario['stages'] {
  const whole = stages.reduce((sum, stage) => sum + stage.seconds, 0)
  return stages.map((stage) => ({ ...stage, seconds: Math.max(1, Math.round((stage.seconds * seconds) / whole)) }))
}

function committedPath(): string {
  return `docs/operations/load/${name}.json`
}

async function committedReport(): Promise<LoadReport | undefined> {
  const file = Bun.file(committedPath())
  return (await file.exists()) ? ((await file.json()) as LoadReport) : undefined
}

function print(report: LoadReport): void {
  for (const { title, target, good, bad, share } of report.indicators) {
    const standing = good + bad === 0 ? 'nothing measured' : `${((good / (good + bad)) * 100).toFixed(3)} %`
    const mark = good + bad === 0 ? ' ' : good / (good + bad) >= share ? '✓' : '✗'
    console.log(`${mark} ${title.padEnd(20)} ${standing.padStart(18)}   ${target}`)
  }
  console.log(
    `${report.requests} requests, ${report.microseconds.toFixed(0)} µs CPU each, ${report.ratio.toFixed(2)} × the calibration`,
  )
  const last = report.moments.at(-1)
  if (last !== undefined && name === 'breakpoint')
    console.log(`ended at ${last.perSecond.toFixed(0)} requests a second`)
  console.log(`dist/load/${name}.html${report.missed.length === 0 ? '' : `; missed: ${report.missed.join('; ')}`}`)
}
