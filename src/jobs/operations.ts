import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineOperation } from '../db/operation.ts'

/** One job as its runner gets it. */
export interface ClaimedJob {
  readonly id: string
  readonly kind: string
  readonly organizationId: string
  readonly payload: string
  readonly attempt: number
  readonly attemptsMax: number
  readonly leaseMs: number
  readonly traceparent: string | null
}

const owner = Type.String({ maxLength: 100 })

/** Takes due jobs of these kinds, and running ones whose lease has ended. */
export const claimJobs = defineOperation(
  {
    name: 'jobs.claim',
    database: 'directory',
    input: Type.Object({ owner, kinds: Type.Array(Type.String()), limit: Type.Integer({ minimum: 1 }) }),
  },
  (tx, { owner, kinds, limit }, { nowMs }): ClaimedJob[] => {
    if (kinds.length === 0) return []
    const list = sql.join(
      kinds.map((kind) => sql`${kind}`),
      sql`, `,
    )
    return tx.all<ClaimedJob>(sql`UPDATE job
      SET state = 'running', lease_owner = ${owner}, due_ms = ${nowMs} + lease_ms, attempt = attempt + 1
      WHERE id IN (SELECT id FROM job WHERE state IN ('waiting', 'running') AND due_ms <= ${nowMs} AND kind IN (${list})
        ORDER BY due_ms LIMIT ${limit})
      RETURNING id, kind, organization_id AS organizationId, payload, attempt, attempts_max AS attemptsMax,
        lease_ms AS leaseMs, traceparent`)
  },
)

/** Lengthens a lease while the work goes on. False: the lease was lost, and another attempt may be under way. */
export const renewLease = defineOperation(
  { name: 'jobs.renew', database: 'directory', input: Type.Object({ id: Type.String(), owner }) },
  (tx, { id, owner }, { nowMs }) =>
    tx.all(sql`UPDATE job SET due_ms = ${nowMs} + lease_ms
      WHERE id = ${id} AND lease_owner = ${owner} AND state = 'running' RETURNING 1`).length > 0,
)

export const finishJob = defineOperation(
  { name: 'jobs.finish', database: 'directory', input: Type.Object({ id: Type.String(), owner }) },
  (tx, { id, owner }) => {
    tx.run(sql`DELETE FROM job WHERE id = ${id} AND lease_owner = ${owner}`)
  },
)

/** An attempt failed: again after a delay, or dead-lettered when that was the last. */
export const retryJob = defineOperation(
  {
    name: 'jobs.retry',
    database: 'directory',
    input: Type.Object({
      id: Type.String(),
      owner,
      error: Type.String({ maxLength: 2_000 }),
      delayMs: Type.Integer({ minimum: 0 }),
    }),
  },
  (tx, { id, owner, error, delayMs }, { nowMs }) => {
    // A later job with the same key does this one's work too.
    tx.run(sql`DELETE FROM job WHERE id = ${id} AND lease_owner = ${owner} AND attempt < attempts_max
      AND unique_key IS NOT NULL AND EXISTS (SELECT 1 FROM job AS later
        WHERE later.kind = job.kind AND later.unique_key = job.unique_key AND later.state = 'waiting')`)
    tx.run(sql`UPDATE job SET state = CASE WHEN attempt >= attempts_max THEN 'dead' ELSE 'waiting' END,
      due_ms = ${nowMs} + ${delayMs}, lease_owner = NULL, last_error = ${error}
      WHERE id = ${id} AND lease_owner = ${owner}`)
  },
)

/** What another process had taken before it died is due at once: only one process runs the jobs of a database. */
export const releaseJobs = defineOperation(
  { name: 'jobs.release', database: 'directory', input: Type.Object({ owner }) },
  (tx, { owner }, { nowMs }) => {
    tx.run(sql`UPDATE job SET due_ms = ${nowMs} WHERE state = 'running' AND lease_owner <> ${owner}`)
  },
)

/** A dead job is tried anew from its first attempt, unless another with its key waits already. False: there is no such dead job. */
export const reviveJob = defineOperation(
  { name: 'jobs.revive', database: 'directory', input: Type.Object({ id: Type.String({ maxLength: 100 }) }) },
  (tx, { id }, { nowMs }) => {
    const doubled = tx.all(sql`DELETE FROM job WHERE id = ${id} AND state = 'dead' AND unique_key IS NOT NULL
      AND EXISTS (SELECT 1 FROM job AS later
        WHERE later.kind = job.kind AND later.unique_key = job.unique_key AND later.state = 'waiting') RETURNING 1`)
    if (doubled.length > 0) return true
    return (
      tx.all(sql`UPDATE job SET state = 'waiting', due_ms = ${nowMs}, attempt = 0, lease_owner = NULL
        WHERE id = ${id} AND state = 'dead' RETURNING 1`).length > 0
    )
  },
)

/** Gives a dead job up for good. False: there is no such dead job. */
export const discardJob = defineOperation(
  { name: 'jobs.discard', database: 'directory', input: Type.Object({ id: Type.String({ maxLength: 100 }) }) },
  (tx, { id }) => tx.all(sql`DELETE FROM job WHERE id = ${id} AND state = 'dead' RETURNING 1`).length > 0,
)

export const jobOperations = [claimJobs, renewLease, finishJob, retryJob, releaseJobs, reviveJob, discardJob] as const
