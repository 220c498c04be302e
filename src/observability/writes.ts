import type { CommitNotice } from '../db/calls.ts'
import type { DatabaseObserver, WriteWatch } from '../db/observer.ts'
import { AppError } from '../errors.ts'
import type { Metrics } from './metrics.ts'
import { formatTraceparent, parseTraceparent, type TraceContext } from './tracing/context.ts'
import type { Tracer } from './tracing/tracer.ts'

const batchBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000]

/** Measures and traces what is written: the whole way of a call, the commits, and who is told afterwards. */
export function observeWrites(metrics: Metrics, tracer: Tracer): DatabaseObserver {
  const latency = metrics.histogram({
    name: 'encapsify_db_operation_seconds',
    help: 'From the call of an operation to its answer: queue, commit and confirmation; by operation and end.',
    labels: ['operation', 'end'],
  })
  const commits = metrics.histogram({
    name: 'encapsify_db_commit_seconds',
    help: 'Time of one group commit, by database.',
    labels: ['database'],
  })
  const locks = metrics.histogram({
    name: 'encapsify_db_lock_wait_seconds',
    help: 'What a group commit waited for the lock of its database, by database.',
    labels: ['database'],
  })
  const batches = metrics.histogram({
    name: 'encapsify_db_batch_size',
    help: 'Operations in one group commit.',
    labels: ['database'],
    bounds: batchBounds,
  })
  /** The commits that are being told of, as parents of the telling. */
  const parents = new WeakMap<CommitNotice, readonly TraceContext[]>()

  return {
    begin(operation): WriteWatch {
      const startedMs = performance.now()
      const span = tracer.child(`write ${operation}`, 'client')
      const ended = (end: string) => {
        latency.of(operation, end).observe((performance.now() - startedMs) / 1_000, span?.context.traceId)
        span?.end()
      }
      return {
        ...(span !== undefined && { traceparent: formatTraceparent(span.context) }),
        follow: (result) => {
          result.then(
            () => ended('done'),
            (error) => {
              const refused = error instanceof AppError
              if (!refused) span?.fail(error)
              span?.set({ 'encapsify.refused': refused })
              ended(refused ? 'refused' : 'failed')
            },
          )
          return result
        },
      }
    },
    committed(notice) {
      if (notice.committed) {
        commits.of(notice.database).observe(notice.tookMs / 1_000)
        locks.of(notice.database).observe(notice.lockMs / 1_000)
        batches.of(notice.database).observe(notice.outcomes.length)
      }
      if (notice.traced !== undefined) parents.set(notice, deliver(tracer, notice, notice.traced))
    },
    fanOut(notice, changes, tell) {
      const startedMs = performance.timeOrigin + performance.now()
      tell()
      const tookMs = performance.timeOrigin + performance.now() - startedMs
      const attributes = { 'db.namespace': notice.database, 'encapsify.changes': changes }
      for (const parent of parents.get(notice) ?? []) {
        tracer.deliver(parent, { name: 'fan-out', kind: 'producer', startedMs, tookMs, attributes })
      }
    },
  }
}

/** A commit carries many calls: each traced one sees it as its own, with its own part in it. */
function deliver(tracer: Tracer, notice: CommitNotice, runs: NonNullable<CommitNotice['traced']>): TraceContext[] {
  const endedMs = performance.timeOrigin + performance.now()
  return runs.flatMap((run) => {
    const parent = parseTraceparent(run.traceparent)
    if (parent === undefined) return []
    const commit = tracer.deliver(parent, {
      name: `commit ${notice.database}`,
      kind: 'server',
      startedMs: endedMs - notice.tookMs,
      tookMs: notice.tookMs,
      attributes: {
        'db.namespace': notice.database,
        'encapsify.commit': notice.number,
        'encapsify.epoch': notice.epoch,
        'encapsify.batch': notice.outcomes.length,
      },
    })
    const { operation, startedMs, tookMs } = run
    tracer.deliver(commit, { name: `run ${operation}`, kind: 'internal', startedMs, tookMs, attributes: {} })
    return [commit]
  })
}
