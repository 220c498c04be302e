import type { AlertState, DeadJob, ErrorState, Figure, IndicatorState, OpsState } from '../../state.ts'
import { act, actButton } from './acts.ts'
import { drawAvailability } from './availability.ts'
import { make, redraw, table } from './dom.ts'
import { drawNodes } from './nodes.ts'
import { bytes, clock, count, figure, seconds, share, since } from './words.ts'

/** Draws everything but the charts. */
export function drawSections(state: OpsState): void {
  const { alerts, indicators, nodes, routes, caches, database, operations, jobs } = state
  redraw(
    'alerts',
    alerts.map(({ name, silencedUntilMs }) => [name, silencedUntilMs]),
    () => drawAlerts(alerts, state.atMs),
  )
  redraw('indicators', indicators, () => [make('ul', { class: 'cards' }, ...indicators.map(indicatorCard))])
  redraw('availability', state.availability, () => drawAvailability(state.availability))
  const ages = nodes.map(({ atMs, ...node }) => [node, Math.floor((state.atMs - atMs) / 60_000)])
  redraw('nodes', ages, () => drawNodes(nodes, state.atMs))
  redraw('capsules', state.topPages, () => [
    table('Visited most, as long as they are in memory', state.topPages, [
      { title: 'Page', cell: ({ key }) => make('a', { href: key }, key) },
      { title: 'Visits', cell: ({ visits }) => count(visits), number: true },
    ]),
  ])
  redraw('process', [state.process, state.telemetry], () => [
    figures(state.process),
    make('h3', {}, 'Traces, logs, notices'),
    figures(state.telemetry),
  ])
  redraw('routes', routes, () => [
    table('Since the start, by route', routes, [
      { title: 'Route', cell: ({ method, route }) => make('code', {}, `${method} ${route}`) },
      { title: 'Requests', cell: (row) => count(row.count), number: true },
      { title: 'Errors', cell: (row) => count(row.errors), number: true },
      { title: 'p50', cell: ({ p50S }) => seconds(p50S), number: true },
      { title: 'p95', cell: ({ p95S }) => seconds(p95S), number: true },
      { title: 'p99', cell: ({ p99S }) => seconds(p99S), number: true },
    ]),
  ])
  redraw('cache', caches, () => [
    table('Caches', caches, [
      { title: 'Kind', cell: ({ kind }) => kind },
      {
        title: 'Hit rate',
        cell: ({ hits, misses }) => share(hits + misses === 0 ? null : hits / (hits + misses)),
        number: true,
      },
      { title: 'Hits', cell: ({ hits }) => count(hits), number: true },
      { title: 'Misses', cell: ({ misses }) => count(misses), number: true },
      { title: 'Evicted', cell: ({ evictions }) => count(evictions), number: true },
      { title: 'Size', cell: (row) => bytes(row.bytes), number: true },
    ]),
  ])
  redraw('database', [database, operations], () => [
    figures(database.figures),
    table('Operations', operations, [
      { title: 'Operation', cell: ({ operation }) => make('code', {}, operation) },
      { title: 'Calls', cell: (row) => count(row.count), number: true },
      { title: 'Failed', cell: ({ failed }) => count(failed), number: true },
      { title: 'p50', cell: ({ p50S }) => seconds(p50S), number: true },
      { title: 'p95', cell: ({ p95S }) => seconds(p95S), number: true },
    ]),
    table('Files', database.files, [
      { title: 'Database', cell: ({ name }) => name },
      { title: 'Size', cell: (row) => bytes(row.bytes), number: true },
      { title: 'Write-ahead log', cell: ({ walBytes }) => bytes(walBytes), number: true },
    ]),
  ])
  redraw('jobs', jobs, () => [figures(jobs.figures), deadJobs(jobs.dead)])
  drawQueries(state)
}

function drawAlerts(alerts: readonly AlertState[], nowMs: number): HTMLElement[] {
  if (alerts.length === 0) return [make('p', { class: 'good' }, 'Nothing is wrong.')]
  return alerts.map((alert) => {
    const path = `/ops/silences/${encodeURIComponent(alert.name)}`
    const silenced = alert.silencedUntilMs !== null
    const button = silenced
      ? actButton({
          label: 'End the silence',
          about: alert.name,
          done: `${alert.name} is told again.`,
          run: () => act('DELETE', path),
        })
      : actButton({
          label: 'Silence for 4 h',
          about: alert.name,
          done: `${alert.name} is silent for four hours.`,
          run: () => act('PUT', path, { minutes: 240 }),
        })
    return make(
      'div',
      { class: `alert ${alert.severity}` },
      make('h3', {}, alert.severity === 'page' ? 'Urgent: ' : 'Attention: ', alert.name),
      make('p', {}, alert.summary),
      make(
        'p',
        { class: 'quiet' },
        `Since ${clock(alert.sinceMs)} (${since(nowMs - alert.sinceMs)}) · Runbook: `,
        make('code', {}, alert.runbook),
        silenced ? ` · silenced until ${clock(alert.silencedUntilMs ?? 0)}` : '',
      ),
      button,
    )
  })
}

function indicatorCard(indicator: IndicatorState): HTMLElement {
  const { title, target, share: wanted, hour, budget, burn } = indicator
  const standing = hour === null ? 'nothing measured' : hour >= wanted ? 'met' : 'missed'
  const left = Math.max(0, Math.min(1, budget))
  const meter = make('meter', {
    min: '0',
    max: '1',
    low: '0.25',
    high: '0.5',
    optimum: '1',
    value: left.toFixed(3),
    'aria-label': `${title}: error budget left`,
  })
  return make(
    'li',
    { class: `card ${standing === 'missed' ? 'missed' : standing === 'met' ? 'met' : ''}` },
    make('h3', {}, title),
    make('p', { class: 'big' }, share(hour, wanted), ' ', make('span', { class: 'standing' }, standing)),
    make('p', { class: 'quiet' }, `Target: ${target}`),
    meter,
    make(
      'p',
      { class: 'quiet' },
      budget < 0 ? 'Budget of 3 days overspent' : `${share(left)} of 3 days’ budget left`,
      ` · burning ${burn.toFixed(1)} ×`,
    ),
  )
}

function figures(list: readonly Figure[]): HTMLElement {
  return make(
    'dl',
    { class: 'figures' },
    ...list.map((one) => make('div', {}, make('dt', {}, one.name), make('dd', {}, figure(one)))),
  )
}

function deadJobs(dead: readonly DeadJob[]): HTMLElement {
  return table('Jobs that were given up', dead, [
    { title: 'Kind', cell: ({ kind }) => make('code', {}, kind) },
    { title: 'Last error', cell: ({ error }) => error.slice(0, 300) },
    { title: 'Tries', cell: ({ attempt }) => count(attempt), number: true },
    { title: 'Given up', cell: ({ diedMs }) => clock(diedMs), number: true },
    {
      title: 'Act',
      cell: ({ database, id, kind }) => {
        const path = `/ops/dead-jobs/${database}/${id}`
        return make(
          'span',
          { class: 'acts' },
          actButton({
            label: 'Retry',
            about: `${kind} ${id}`,
            done: `${kind} is tried anew.`,
            run: () => act('POST', `${path}/revival`),
          }),
          actButton({
            label: 'Discard',
            about: `${kind} ${id}`,
            sure: `Give up ${kind} for good?`,
            done: `${kind} is gone.`,
            run: () => act('DELETE', path),
          }),
        )
      },
    },
  ])
}

function drawQueries({ slowQueries, statements, errors }: OpsState): void {
  redraw('queries', [slowQueries, statements], () => [
    table('Slow queries', slowQueries, [
      { title: 'Statement', cell: ({ sql }) => make('code', { class: 'sql' }, sql) },
      { title: 'Database', cell: ({ database }) => database },
      { title: 'Time', cell: ({ ms }) => seconds(ms / 1_000), number: true },
      { title: 'Plan', cell: ({ plan }) => make('code', { class: 'sql' }, plan.join('\n')) },
      { title: 'At', cell: ({ atMs }) => clock(atMs), number: true },
    ]),
    table('Statements by their total time', statements, [
      { title: 'Statement', cell: ({ sql }) => make('code', { class: 'sql' }, sql) },
      { title: 'Database', cell: ({ database }) => database },
      { title: 'Runs', cell: ({ runs }) => count(runs), number: true },
      { title: 'Mean', cell: ({ runs, totalMs }) => seconds(totalMs / Math.max(runs, 1) / 1_000), number: true },
      { title: 'Longest', cell: ({ maxMs }) => seconds(maxMs / 1_000), number: true },
    ]),
  ])
  redraw('errors', errors, () => [
    table('Errors in the log', errors, [
      { title: 'What', cell: ({ message }) => message },
      { title: 'Detail', cell: ({ detail }) => detail },
      { title: 'Trace', cell: traceOf },
      { title: 'At', cell: ({ atMs }) => clock(atMs), number: true },
    ]),
  ])
}

/** The id where nobody told where traces are looked at. */
function traceOf({ traceId, traceUrl }: ErrorState): HTMLElement | string {
  if (traceId === null) return '–'
  const id = make('code', {}, traceId)
  return traceUrl === null ? id : make('a', { href: traceUrl, rel: 'noreferrer' }, id)
}
