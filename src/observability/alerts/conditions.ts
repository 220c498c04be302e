import type { Metrics } from '../metrics.ts'
import type { Severity } from '../slo/objectives.ts'
import { runbookOf } from '../slo/prometheus.ts'
import type { ObjectiveWatch } from '../slo/watch.ts'

/** Something that is not as it should be, now. */
export interface Condition {
  /** The same for the same fault: what alerts are told apart by. */
  readonly name: string
  readonly severity: Severity
  readonly summary: string
  /** A path in the documentation. */
  readonly runbook: string
}

/** Jobs given up, in all. */
const deadJobsMax = 0
/** A queue that deep waits two seconds at ten thousand writes a second. */
const queueDepthMax = 10_000
const loopDelayMaxS = 0.1
const openFilesShareMax = 0.8

/** What is wrong now: budgets that burn too fast, and figures that no budget covers. */
export function conditionsNow(metrics: Metrics, watch: ObjectiveWatch, nowMs: number): readonly Condition[] {
  const burning = new Map<string, Condition>()
  for (const { objective, severity, rate, window } of watch.look(nowMs)) {
    const name = `${objective.name}:${severity}`
    if (burning.has(name)) continue
    const hours = window.longMs / 3_600_000
    const summary = `${objective.title}: the error budget is spent ${rate.toFixed(1)} times too fast over ${hours} h (${objective.target}).`
    burning.set(name, { name, severity, summary, runbook: runbookOf(objective.name) })
  }
  return [...burning.values(), ...figureConditions(metrics)]
}

function figureConditions(metrics: Metrics): Condition[] {
  const found: Condition[] = []
  const check = (name: string, severity: Severity, wrong: boolean, summary: string) => {
    if (wrong) found.push({ name, severity, summary, runbook: runbookOf(name) })
  }
  const dead = metrics.valueOf('encapsify_jobs_dead')
  check('dead-jobs', 'ticket', dead > deadJobsMax, `${dead} ${dead === 1 ? 'job was' : 'jobs were'} given up.`)
  const depth = metrics.valueOf('encapsify_db_queue_depth')
  check('write-queue', 'page', depth > queueDepthMax, `${depth} writes wait; at 20,000 the next ones are refused.`)
  const delayS = metrics.valueOf('encapsify_event_loop_delay_p99_seconds')
  check(
    'event-loop',
    'ticket',
    delayS > loopDelayMaxS,
    `The event loop is held for ${Math.round(delayS * 1_000)} ms (p99).`,
  )
  const [open, most] = [metrics.valueOf('encapsify_open_files'), metrics.valueOf('encapsify_open_files_max')]
  check('open-files', 'page', open > most * openFilesShareMax, `${open} of ${most} files and sockets are open.`)
  return found
}
