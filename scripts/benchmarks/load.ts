import { oha } from './tools.ts'

export interface Load {
  readonly url: string
  readonly seconds: number
  readonly connections: number
  readonly method?: string
  readonly headers?: readonly string[]
  /** A file with one request body a line, used in turn. */
  readonly bodies?: string
  /** Stop after so many requests rather than after the seconds. */
  readonly requests?: number
  /** Send no faster than that; as fast as it goes when absent. */
  readonly perSecondMax?: number
}

export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>
}

interface OhaReport {
  summary: { requestsPerSec: number }
  latencyPercentiles: { p50: number | null; p95: number | null; p99: number | null }
  statusCodeDistribution: Record<string, number>
}

/** Runs oha against an address of this machine and reads its report. */
export async function run(load: Load): Promise<Measured> {
  const command = [
    await oha(),
    '--no-tui',
    '--output-format',
    'json',
    ...(load.requests === undefined ? ['-z', `${load.seconds}s`] : ['-n', String(load.requests)]),
    ...['-c', String(load.connections), '-m', load.method ?? 'GET', '-t', '30s', '--worker-threads', '1'],
    ...(load.perSecondMax === undefined ? [] : ['-q', String(load.perSecondMax)]),
    ...(load.headers ?? []).flatMap((header) => ['-H', header]),
    ...(load.bodies === undefined ? [] : ['-Z', load.bodies, '-T', 'application/json']),
    load.url,
  ]
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'inherit' })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`oha failed on ${load.url}`)
  const report = JSON.parse(text) as OhaReport
  const ms = (seconds: number | null) => (seconds ?? 0) * 1_000
  return {
    perSecond: report.summary.requestsPerSec,
    p50Ms: ms(report.latencyPercentiles.p50),
    p95Ms: ms(report.latencyPercentiles.p95),
    p99Ms: ms(report.latencyPercentiles.p99),
    statuses: report.statusCodeDistribution,
  }
}
