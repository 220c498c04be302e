/**
 * The service's objectives, in one place: the alerts inside the binary, the rules for Prometheus, the page of the operators and
 * the thresholds of the load scenarios are all made from this file.
 */
export interface Selection {
  readonly metric: string
  /** Label → a regular expression that matches the whole value. */
  readonly match?: Readonly<Record<string, string>>
}

export type Indicator =
  /** Good are the observations of a histogram that took at most this long; a bound of its buckets. */
  | ({ readonly kind: 'latency'; readonly thresholdS: number } & Selection)
  /** Bad are the observations of a histogram that match besides. */
  | ({ readonly kind: 'faults'; readonly bad: Readonly<Record<string, string>> } & Selection)
  /** Good and bad are counted by two counters. */
  | { readonly kind: 'counters'; readonly good: Selection; readonly bad: Selection }

export interface Objective {
  /** Also the name of its alerts and of its runbook in docs/operations/alerts.md. */
  readonly name: string
  readonly title: string
  /** In words, for people. */
  readonly target: string
  /** The share that must be good. */
  readonly share: number
  readonly indicator: Indicator
}

const requests = 'encapsify_http_request_seconds'
/** Visitor pages: from memory (`page`) and rendered. */
const pageRoutes = 'page|/:organization/:capsule.*'
/** Without signing in, whose slowness is its purpose (argon2id). */
const apiRoutes = '/api/v1/.*'

export const objectives: readonly Objective[] = [
  {
    name: 'page-latency',
    title: 'Pages',
    target: '95 % within 5 ms',
    share: 0.95,
    indicator: { kind: 'latency', metric: requests, match: { route: pageRoutes, status: '[23]xx' }, thresholdS: 0.005 },
  },
  {
    name: 'api-latency',
    title: 'API',
    target: '95 % within 20 ms',
    share: 0.95,
    indicator: { kind: 'latency', metric: requests, match: { route: apiRoutes, status: '[234]xx' }, thresholdS: 0.02 },
  },
  {
    name: 'ai-latency',
    title: 'First words of AI',
    target: '99.9 % within 3 s',
    share: 0.999,
    indicator: { kind: 'latency', metric: 'encapsify_ai_first_token_seconds', thresholdS: 3 },
  },
  {
    name: 'live-latency',
    title: 'Live messages',
    target: '99 % within 250 ms',
    share: 0.99,
    indicator: { kind: 'latency', metric: 'encapsify_live_delivery_seconds', thresholdS: 0.25 },
  },
  {
    name: 'query-latency',
    title: 'Queries',
    target: '95 % within 2 ms',
    share: 0.95,
    indicator: { kind: 'latency', metric: 'encapsify_db_query_seconds', thresholdS: 0.002 },
  },
  {
    name: 'errors',
    title: 'Errors',
    target: '99.99 % of requests without a fault of ours',
    share: 0.9999,
    indicator: { kind: 'faults', metric: requests, bad: { status: '5xx' } },
  },
  {
    name: 'hit-rate',
    title: 'Cache',
    target: '80 % of pages from memory',
    share: 0.8,
    indicator: {
      kind: 'counters',
      good: { metric: 'encapsify_cache_hits_total', match: { kind: 'pages' } },
      bad: { metric: 'encapsify_cache_misses_total', match: { kind: 'pages' } },
    },
  },
  {
    name: 'availability',
    title: 'Availability',
    target: '99.9 % of checks find the node ready',
    share: 0.999,
    indicator: {
      kind: 'counters',
      good: { metric: 'encapsify_ready_checks_passed_total' },
      bad: { metric: 'encapsify_ready_checks_failed_total' },
    },
  },
]

/** How urgent: somebody is woken, or looks at it in working hours. */
export type Severity = 'page' | 'ticket'

export interface BurnWindow {
  readonly severity: Severity
  readonly longMs: number
  readonly shortMs: number
  /** How many times faster than allowed the error budget is spent. */
  readonly factor: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Multiwindow, multi-burn-rate alerts (Site Reliability Workbook, chapter 5, table 5-8). */
export const burnWindows: readonly BurnWindow[] = [
  { severity: 'page', longMs: hourMs, shortMs: 5 * minuteMs, factor: 14.4 },
  { severity: 'page', longMs: 6 * hourMs, shortMs: 30 * minuteMs, factor: 6 },
  { severity: 'ticket', longMs: 72 * hourMs, shortMs: 6 * hourMs, factor: 1 },
]

/** An objective of 80 % has a budget of a fifth: it cannot be spent 14 times too fast. Such windows are left out. */
export function windowsOf({ share }: Objective): readonly BurnWindow[] {
  return burnWindows.filter(({ factor }) => factor * (1 - share) < 1)
}
