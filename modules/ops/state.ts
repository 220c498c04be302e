import type { AvailabilityRow, NodeStanding } from '../availability/index.ts'

/** What `/ops` shows. Times in UTC milliseconds, shares from 0 to 1; null: not known. */
export interface OpsState {
  readonly atMs: number
  readonly node: {
    readonly region: string
    readonly version: string
    readonly uptimeS: number
    /** Why the node should get no requests; empty: it is ready. */
    readonly reasons: Readonly<Record<string, string>>
  }
  readonly nodes: readonly NodeStanding[]
  readonly topPages: readonly PageState[]
  readonly alerts: readonly AlertState[]
  readonly indicators: readonly IndicatorState[]
  readonly availability: { readonly month: string; readonly worst: readonly AvailabilityRow[] }
  readonly charts: ChartState
  readonly routes: readonly RouteState[]
  readonly process: readonly Figure[]
  readonly database: { readonly figures: readonly Figure[]; readonly files: readonly FileState[] }
  readonly operations: readonly OperationState[]
  readonly caches: readonly CacheState[]
  readonly jobs: { readonly figures: readonly Figure[]; readonly dead: readonly DeadJob[] }
  readonly slowQueries: readonly SlowQuery[]
  readonly statements: readonly StatementState[]
  readonly errors: readonly ErrorState[]
  readonly telemetry: readonly Figure[]
}

export interface Figure {
  readonly name: string
  readonly value: number | null
  readonly unit: 'count' | 'bytes' | 'seconds' | 'share' | 'perSecond'
}

export interface PageState {
  /** The page's path. */
  readonly key: string
  /** Since it is in memory. */
  readonly visits: number
}

export interface AlertState {
  readonly name: string
  readonly severity: 'page' | 'ticket'
  readonly summary: string
  readonly runbook: string
  readonly sinceMs: number
  readonly silencedUntilMs: number | null
}

export interface IndicatorState {
  readonly name: string
  readonly title: string
  readonly target: string
  readonly share: number
  readonly hour: number | null
  readonly days: number | null
  readonly budget: number
  readonly burn: number
  readonly runbook: string
}

/** Samples newer than the caller has. */
export interface ChartState {
  readonly everyMs: number
  readonly samplesMax: number
  readonly atMs: readonly number[]
  readonly lines: Readonly<Record<string, readonly (number | null)[]>>
}

export interface RouteState {
  readonly method: string
  readonly route: string
  readonly count: number
  readonly errors: number
  readonly p50S: number | null
  readonly p95S: number | null
  readonly p99S: number | null
}

export interface OperationState {
  readonly operation: string
  readonly count: number
  readonly failed: number
  readonly p50S: number | null
  readonly p95S: number | null
}

export interface FileState {
  readonly name: string
  readonly bytes: number | null
  readonly walBytes: number | null
}

export interface CacheState {
  readonly kind: string
  readonly hits: number
  readonly misses: number
  readonly evictions: number | null
  readonly bytes: number | null
}

export interface DeadJob {
  readonly database: string
  readonly id: string
  readonly kind: string
  readonly attempt: number
  readonly error: string
  readonly diedMs: number
}

export interface SlowQuery {
  readonly atMs: number
  readonly database: string
  readonly sql: string
  readonly ms: number
  readonly plan: readonly string[]
}

export interface StatementState {
  readonly database: string
  readonly sql: string
  readonly runs: number
  readonly totalMs: number
  readonly maxMs: number
}

export interface ErrorState {
  readonly atMs: number
  readonly message: string
  readonly detail: string
  readonly traceId: string | null
  /** Where it is looked at. */
  readonly traceUrl: string | null
}
