import type { Database, Statement } from 'bun:sqlite'
import type { Histogram, Series } from './histogram.ts'
import type { Metrics } from './metrics.ts'

/** A statement that took at least this long leaves a line with its plan. */
export const slowStatementMs = 20
/** Statements that are counted one by one; those after are only in the histogram. */
const statementsMax = 500
/** Slow runs that are remembered for the operators' page. */
const slowMax = 50
/** One and the same statement explains itself so often. */
const explainEveryMs = 60_000

export interface StatementFigures {
  readonly database: string
  readonly sql: string
  runs: number
  totalMs: number
  maxMs: number
  explainedAtMs: number
}

export interface SlowStatement {
  readonly atMs: number
  readonly database: string
  readonly sql: string
  readonly ms: number
  readonly plan: readonly string[]
}

export interface StatementsOptions {
  readonly metrics: Metrics
  readonly log: { warn(fields: object, message: string): void }
  readonly slowMs?: number
  /** Hears each run while somebody traces: whether anybody does is asked at each run. */
  readonly onRun?: (sql: string, database: string, startedMs: number, tookMs: number) => void
}

/**
 * Measures every statement of the connections that it is given: how often, how long, and for slow ones the plan. Only the
 * text of statements is kept, never what was bound to it.
 */
export class Statements {
  readonly #latency: Histogram
  readonly #figures = new Map<string, StatementFigures>()
  readonly #slow: SlowStatement[] = []
  #slowCount = 0

  constructor(private readonly options: StatementsOptions) {
    this.#latency = options.metrics.histogram({
      name: 'encapsify_db_query_seconds',
      help: 'Time of one statement that reads, by kind of database.',
      labels: ['database'],
      bounds: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.25, 1],
    })
    options.metrics.counter(
      'encapsify_db_slow_queries_total',
      'Statements slower than the limit.',
      () => this.#slowCount,
    )
  }

  /** The most expensive statements, by their total time. */
  top(count: number): StatementFigures[] {
    return [...this.#figures.values()].toSorted((a, b) => b.totalMs - a.totalMs).slice(0, count)
  }

  /** The latest slow runs, newest first. */
  get slow(): readonly SlowStatement[] {
    return this.#slow.toReversed()
  }

  /** Measures what this connection runs from now on. */
  watch(sqlite: Database, database: string): void {
    const series = this.#latency.of(database.replace(/-\d+$/, ''))
    const explain = sqlite.prepare.bind(sqlite)
    const seen = new WeakSet<Statement>()
    const measured = (statement: Statement, sql: string): Statement => {
      if (seen.has(statement)) return statement
      seen.add(statement)
      return this.#measure(statement, { sql, database, series, explain })
    }
    const prepare = sqlite.prepare.bind(sqlite)
    const query = sqlite.query.bind(sqlite)
    sqlite.prepare = ((sql: string) => measured(prepare(sql), sql)) as Database['prepare']
    sqlite.query = ((sql: string) => measured(query(sql), sql)) as Database['query']
  }

  #measure(statement: Statement, place: Place): Statement {
    const figures = this.#figuresOf(place)
    for (const method of ['all', 'get', 'values'] as const) {
      const run = statement[method].bind(statement) as (...bound: never[]) => unknown
      const measured = (...bound: never[]) => {
        const startedMs = performance.now()
        const result = run(...bound)
        this.#ran(place, figures, startedMs, performance.now() - startedMs)
        return result
      }
      Object.defineProperty(statement, method, { value: measured })
    }
    return statement
  }

  #ran(place: Place, figures: StatementFigures | undefined, startedMs: number, tookMs: number): void {
    place.series.observe(tookMs / 1_000)
    this.options.onRun?.(place.sql, place.database, startedMs, tookMs)
    if (figures === undefined) return
    figures.runs++
    figures.totalMs += tookMs
    if (tookMs > figures.maxMs) figures.maxMs = tookMs
    if (tookMs >= (this.options.slowMs ?? slowStatementMs)) this.#remember(place, figures, tookMs)
  }

  #remember({ sql, database, explain }: Place, figures: StatementFigures, tookMs: number): void {
    this.#slowCount++
    const nowMs = Date.now()
    if (nowMs - figures.explainedAtMs < explainEveryMs) return
    figures.explainedAtMs = nowMs
    const slow = { atMs: nowMs, database, sql, ms: Math.round(tookMs * 100) / 100, plan: planOf(explain, sql) }
    this.#slow.push(slow)
    if (this.#slow.length > slowMax) this.#slow.shift()
    this.options.log.warn({ database, ms: slow.ms, sql, plan: slow.plan }, 'slow query')
  }

  #figuresOf({ sql, database }: Place): StatementFigures | undefined {
    const key = `${database}\n${sql}`
    const known = this.#figures.get(key)
    if (known !== undefined || this.#figures.size >= statementsMax) return known
    const fresh = { database, sql, runs: 0, totalMs: 0, maxMs: 0, explainedAtMs: 0 }
    this.#figures.set(key, fresh)
    return fresh
  }
}

interface Place {
  readonly sql: string
  readonly database: string
  readonly series: Series
  readonly explain: (sql: string) => Statement
}

function planOf(explain: Place['explain'], sql: string): string[] {
  try {
    // Finalised at once: one that is left to the collector holds the read transaction open past its COMMIT, and every
    // later read would be stale (seen with Bun 1.4.5).
    using statement = explain(`EXPLAIN QUERY PLAN ${sql}`)
    return (statement.all() as { detail: string }[]).map(({ detail }) => detail)
  } catch {
    return []
  }
}
