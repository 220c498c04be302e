import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { objectives } from '../../src/observability/slo/objectives.ts'
import { run as oha } from '../benchmarks/load.ts'
import { cpuMs, encapsify, metricsToken, rssMiB, type Server } from '../benchmarks/servers.ts'
import { k6 } from '../tools.ts'
import { Canary } from './canary.ts'
import { clientFigures, type Summary } from './client.ts'
import { between, parse, type Sample, sumOf } from './exposition.ts'
import { missedOf, proofsOf } from './proofs.ts'
import type { Indicator, LoadReport, Moment } from './report.ts'
import { type Scenario, spike } from './scenarios.ts'
import type { Site } from './site.ts'

const kinds = ['page', 'vote', 'api', 'ask', 'publish'] as const
const requestsMetric = 'encapsify_http_request_seconds_count'
const calibrationS = 4
/** More do not fit into the default cache. */
const visitedMax = 30_000
const visitsAtOnce = 16
const lookEveryMs = 1_000
/** Looks kept for the charts; of longer runs every second one is dropped, again and again. */
const momentsMax = 600
/** Visitors come from everywhere: limits count by the address that a proxy in front tells. */
const env = { FLY_APP_NAME: 'load' }

export interface Run {
  readonly name: string
  readonly scenario: Scenario
  readonly folder: string
  readonly port: number
  readonly site: Site
  readonly rate: number
  readonly seconds: number | undefined
}

/** Starts the binary on a filled folder, sends it the scenario's mix by k6, and says what was measured. */
export async function runScenario({ name, scenario, folder, port, site, rate, seconds }: Run): Promise<LoadReport> {
  const { about, warmUpS, bar } = scenario
  await using server = await encapsify(folder, port, env)
  const stages = seconds === undefined ? scenario.stages : shortened(scenario.stages, seconds)
  const plan = {
    origin: server.origin,
    apiKey: site.apiKey,
    capsulesPath: join(folder, 'load-capsules.json'),
    kinds,
    rate,
    stages: [{ target: 1, seconds: warmUpS }, ...stages],
  }
  const planPath = join(folder, 'load-plan.json')
  const summaryPath = join(folder, 'load-summary.json')
  await Bun.write(planPath, JSON.stringify(plan))
  await Bun.write(plan.capsulesPath, JSON.stringify(site.capsules))
  await visitAll(server, site.capsules)
  const calibration = await calibrate(server)
  // Who sends the crowd must not push aside whom it comes to, nor who measures it.
  const command = [
    'nice',
    '-n',
    '10',
    await k6(),
    'run',
    '--quiet',
    '--no-usage-report',
    '--summary-export',
    summaryPath,
  ]
  const child = Bun.spawn([...command, '-e', `PLAN=${planPath}`, join(import.meta.dir, 'mix.js')], {
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const before = await warmedUp(server, child, warmUpS)
  const cpuBefore = cpuMs(server.pid)
  const canary = new Canary({ origin: server.origin, ...site })
  const seen = await watch(server, child, before, scenario, seconds === undefined)
  canary.close()
  const after = await look(server)
  const requests = grown(before, after, requestsMetric)
  const cost = ((cpuMs(server.pid) - cpuBefore) * 1_000) / Math.max(requests, 1)
  const client = (await Bun.file(summaryPath).json()) as Summary
  const indicators = indicatorsOf(before, after)
  const ratio = cost / calibration.microseconds
  const committed = await committedReport(name)
  const facts = {
    indicators,
    settled: indicatorsOf(seen.settled, after),
    client: clientFigures(client),
    canary: canary.figures(...crowdedS(scenario)),
    moments: seen.moments,
    ratio,
    committed: committed?.ratio,
  }
  return {
    name,
    about,
    rate,
    capsules: site.capsules.length,
    atMs: Date.now(),
    requests,
    indicators,
    calibration,
    microseconds: cost,
    ratio,
    committed: committed?.ratio ?? null,
    moments: seen.moments,
    client: { metrics: client.metrics },
    proofs: proofsOf(bar, facts),
    before: committed?.proofs ?? [],
  }
}

export function committedPath(name: string): string {
  return `docs/operations/load/${name}.json`
}

async function committedReport(name: string): Promise<LoadReport | undefined> {
  const path = committedPath(name)
  return existsSync(path) ? ((await Bun.file(path).json()) as LoadReport) : undefined
}

/**
 * Opens pages once, the rarest of them first: as many as a cache in use would hold, so that the hit rate is that of a server
 * which has been there for a while and not of its first minute.
 */
async function visitAll({ origin }: Server, capsules: readonly string[]): Promise<void> {
  const paths = capsules.slice(0, visitedMax).map((one) => one.split(' ')[1] ?? '')
  const visit = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const answer = await fetch(origin + path)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: visitsAtOnce }, visit))
}

/** What the smallest answer costs on this machine now: what everything is divided by. */
async function calibrate(server: Server) {
  const beforeMs = cpuMs(server.pid)
  const measured = await oha({ url: `${server.origin}/health/live`, seconds: calibrationS, connections: 32 })
  const microseconds = ((cpuMs(server.pid) - beforeMs) * 1_000) / (measured.perSecond * calibrationS)
  return { perSecond: measured.perSecond, microseconds }
}

/** Waits until k6 asks (it reads its plan first) and the warm-up is over. */
async function warmedUp(server: Server, child: Bun.Subprocess, warmUpS: number): Promise<Sample[]> {
  const first = await look(server)
  while (child.exitCode === null && grown(first, await look(server), requestsMetric) < 20) await Bun.sleep(100)
  await Promise.race([child.exited, Bun.sleep(warmUpS * 1_000)])
  return look(server)
}

async function watch(
  server: Server,
  child: Bun.Subprocess,
  before: readonly Sample[],
  scenario: Scenario,
  isWhole: boolean,
): Promise<{ moments: Moment[]; settled: readonly Sample[] }> {
  let moments: Moment[] = []
  let [last, lastMs, lastCpu, every] = [before, Date.now(), cpuMs(server.pid), 1]
  let settled: readonly Sample[] | undefined
  const beganMs = lastMs
  const requestsMax = (isWhole ? scenario.requests : undefined) ?? Number.POSITIVE_INFINITY
  for (let at = 0; child.exitCode === null; at++) {
    await Promise.race([child.exited, Bun.sleep(lookEveryMs * every)])
    const now = await look(server)
    const nowMs = Date.now()
    const cpu = cpuMs(server.pid)
    const seconds = (nowMs - lastMs) / 1_000
    if ((nowMs - beganMs) / 1_000 >= settledAtS(scenario)) settled ??= now
    const faults = (samples: readonly Sample[]) => sumOf(samples, requestsMetric, { status: '5xx' })
    const good = Object.fromEntries(
      objectives.map((objective) => [objective.name, shareOf(between(objective, last, now))]),
    )
    const requests = grown(before, now, requestsMetric)
    moments.push({
      atS: (nowMs - beganMs) / 1_000,
      requests,
      perSecond: grown(last, now, requestsMetric) / seconds,
      faults: (faults(now) - faults(last)) / seconds,
      cores: (cpu - lastCpu) / (nowMs - lastMs),
      rssMiB: rssMiB(server.pid),
      good,
    })
    if (moments.length > momentsMax) {
      moments = moments.filter((_, index) => index % 2 === 0)
      every *= 2
    }
    const isEnough = scenario.stopsWhenMissed === true && missedOf({ good }, at).length > 0
    if (isEnough || requests >= requestsMax) child.kill('SIGINT')
    ;[last, lastMs, lastCpu] = [now, nowMs, cpu]
  }
  return { moments, settled: settled ?? before }
}

/** When the canary counts: in the spike, or all the time. In seconds since the warm-up. */
function crowdedS({ bar }: Scenario): [number, number] {
  const ends = spike.beforeS + spike.riseS + spike.heldS + spike.fallS
  return bar === 'spike' ? [spike.beforeS, ends] : [0, Number.POSITIVE_INFINITY]
}

function settledAtS({ bar }: Scenario): number {
  return bar === 'spike' ? spike.beforeS + spike.riseS + spike.heldS + spike.fallS + spike.settleS : 0
}

function indicatorsOf(before: readonly Sample[], after: readonly Sample[]): Indicator[] {
  return objectives.map((objective) => {
    const { name, title, target, share } = objective
    return { name, title, target, share, ...between(objective, before, after) }
  })
}

function shareOf({ good, bad }: { good: number; bad: number }): number | null {
  return good + bad === 0 ? null : good / (good + bad)
}

function grown(before: readonly Sample[], after: readonly Sample[], metric: string): number {
  return sumOf(after, metric) - sumOf(before, metric)
}

async function look(server: Server): Promise<Sample[]> {
  const answer = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}.`)
  return parse(await answer.text())
}

/** The same shape in so many seconds. */
function shortened(stages: Scenario['stages'], seconds: number): Scenario['stages'] {
  const whole = stages.reduce((sum, stage) => sum + stage.seconds, 0)
  return stages.map((stage) => ({ ...stage, seconds: Math.max(1, Math.round((stage.seconds * seconds) / whole)) }))
}
