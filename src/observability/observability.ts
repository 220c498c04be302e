import type { LocalDatabases } from '../db/local.ts'
import type { Traffic } from '../http/server.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import type { Condition } from './alerts/conditions.ts'
import { type ReceiversOptions, receiversOf } from './alerts/receivers.ts'
import { Watchman } from './alerts/watchman.ts'
import type { TelemetryConfig } from './config.ts'
import { type Histogram, latencyBoundsS } from './histogram.ts'
import { observeJobs } from './job-runs.ts'
import { createLogger, type Logger } from './logs.ts'
import { Metrics } from './metrics.ts'
import { ProcessFigures } from './process-figures.ts'
import { Statements } from './statements.ts'
import { Telemetry } from './telemetry.ts'
import type { Tracer } from './tracing/tracer.ts'
import { observeWrites } from './writes.ts'

export interface ObservabilityOptions {
  readonly telemetry: TelemetryConfig
  readonly level: string
  readonly terminal: boolean
  readonly version: string
  readonly region: string
  readonly traffic: Traffic
  /** What tests put in the place of the real log. */
  readonly log?: Logger | undefined
}

export interface GuardOptions {
  readonly isReady: () => boolean
  readonly alerts: ReceiversOptions
  /** What else is wrong now, as far as others look after it. */
  readonly conditions: () => readonly Condition[]
  /** Where the history of the objectives is kept; absent: nowhere. */
  readonly historyPath: string | undefined
}

/** Logs, metrics and traces: built first, because everything else tells them something. */
export class Observability {
  readonly metrics = new Metrics()
  readonly telemetry: Telemetry
  readonly log: Logger
  readonly statements: Statements
  readonly traffic: Traffic
  /** For who streams answers of AI: seconds to the first word. */
  readonly firstToken: Histogram
  readonly #process = new ProcessFigures()

  constructor(options: ObservabilityOptions) {
    const { telemetry, version, region, level, terminal } = options
    const instance = Bun.randomUUIDv7()
    this.traffic = options.traffic
    this.telemetry = new Telemetry(telemetry, { version, region, instance })
    this.log = options.log ?? createLogger(level, terminal, this.telemetry)
    const { tracer } = this
    this.statements = new Statements({
      metrics: this.metrics,
      log: this.log,
      onRun(sql, database, startedMs, tookMs) {
        if (tracer.active === undefined) return
        const attributes = {
          'db.system.name': 'sqlite',
          'db.namespace': database,
          'db.query.text': sql.slice(0, 1_000),
        }
        tracer.note(`query ${database}`, 'client', performance.timeOrigin + startedMs, tookMs, attributes)
      },
    })
    this.firstToken = this.metrics.histogram({
      name: 'encapsify_ai_first_token_seconds',
      help: 'Time to the first word of an answer of AI.',
      bounds: latencyBoundsS,
    })
    this.#process.register(this.metrics)
    this.telemetry.register(this.metrics)
  }

  get tracer(): Tracer {
    return this.telemetry.tracer
  }

  /** Measures and traces what these do from now on. */
  observe(databases: LocalDatabases, jobs: JobRunner): void {
    databases.observe(observeWrites(this.metrics, this.tracer))
    jobs.observe(observeJobs(this.metrics, this.tracer))
  }

  /** Looks at the indicators from now on and tells of what is wrong. */
  guard({ alerts, ...options }: GuardOptions): Watchman {
    const { metrics, log } = this
    return new Watchman({ metrics, log, ...options, receivers: receiversOf(alerts) })
  }

  /** Sends what waits; the log goes on. */
  async close(): Promise<void> {
    this.#process.close()
    await this.telemetry.close()
  }
}
