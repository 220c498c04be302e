import type { JobObserver } from '../jobs/jobs.ts'
import type { Metrics } from './metrics.ts'
import type { Tracer } from './tracing/tracer.ts'

/** Measures each attempt at a job, and goes on with the trace of the request that enqueued it. */
export function observeJobs(metrics: Metrics, tracer: Tracer): JobObserver {
  const latency = metrics.histogram({
    name: 'encapsify_job_seconds',
    help: 'Time of one attempt at a job, by kind and end.',
    labels: ['kind', 'end'],
    bounds: [0.005, 0.02, 0.1, 0.5, 1, 5, 30, 120, 600],
  })
  return {
    async attempt(job, database, run) {
      const startedMs = performance.now()
      const span = tracer.resume(job.traceparent, `job ${job.kind}`, 'consumer')
      span?.set({ 'encapsify.job': job.id, 'encapsify.attempt': job.attempt, 'db.namespace': database })
      let end = 'done'
      try {
        await (span === undefined ? run() : tracer.run(span, run))
      } catch (error) {
        end = 'failed'
        span?.fail(error)
        throw error
      } finally {
        latency.of(job.kind, end).observe((performance.now() - startedMs) / 1_000, span?.context.traceId)
        span?.end()
      }
    },
  }
}
