import { Type } from '@sinclair/typebox'
import { and, count, eq, ne } from 'drizzle-orm'
import { defineJob, defineOperation, type OperationContext, type Tx } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { domainChanged } from './events.ts'
import { limits } from './limits.ts'
import { type DomainReason, type DomainState, domain, isProven } from './schema.ts'

type Row = typeof domain.$inferSelect

const id = Type.String({ maxLength: 64 })
const name = Type.String({ minLength: 4, maxLength: limits.domainLengthMax })

/** Looks whether a domain belongs to who asked for it, again and again. */
export const checkDomain = defineJob({ kind: 'domains.check', input: Type.Object({ id }) })
/** A domain was removed: nobody needs its certificate any more. */
export const dropCertificate = defineJob({ kind: 'domains.drop-certificate', input: Type.Object({ domain: name }) })

export const addDomain = defineOperation(
  { name: 'domains.add', database: 'directory', input: Type.Object({ id, domain: name, token: id }) },
  (tx, input, context) => {
    const organizationId = context.organizationId ?? ''
    const own = eq(domain.organizationId, organizationId)
    const known = tx
      .select({ id: domain.id })
      .from(domain)
      .where(and(own, eq(domain.domain, input.domain)))
      .get()
    if (known !== undefined) {
      const message = 'is among your domains already'
      throw new AppError('conflict', `This domain ${message}.`, { faults: [{ pointer: '/domain', message }] })
    }
    const all = tx.select({ count: count() }).from(domain).where(own).get()?.count ?? 0
    if (all >= limits.domainsMax) {
      throw new AppError('conflict', `An organization has at most ${limits.domainsMax} domains.`)
    }
    tx.insert(domain)
      .values({
        ...{ ...input, organizationId, state: 'waiting', reason: null, checks: 0, misses: 0 },
        ...{ createdMs: context.nowMs, checkedMs: null },
      })
      .run()
    context.enqueue(checkDomain, { id: input.id }, { key: input.id, runAtMs: context.nowMs + limits.pauseFirstMs })
  },
)

export const removeDomain = defineOperation(
  { name: 'domains.remove', database: 'directory', input: Type.Object({ id }) },
  (tx, input, context) => {
    const [gone] = tx
      .delete(domain)
      .where(and(eq(domain.id, input.id), eq(domain.organizationId, context.organizationId ?? '')))
      .returning({ domain: domain.domain, state: domain.state })
      .all()
    if (gone === undefined) throw new AppError('not-found', 'There is no such domain.')
    if (gone.state !== 'waiting') context.enqueue(dropCertificate, { domain: gone.domain })
    context.announce(domainChanged, input.id, { domain: gone.domain })
  },
)

/** What a check found out. Who asked may have removed the domain meanwhile: then there is nothing to settle. */
export const settleCheck = defineOperation(
  {
    name: 'domains.settle',
    database: 'directory',
    input: Type.Object({
      id,
      /** unknown: no name server answered. */
      record: Type.Union([Type.Literal('present'), Type.Literal('absent'), Type.Literal('unknown')]),
      /** ready also where certificates are somebody else's concern. */
      certificate: Type.Union([Type.Literal('ready'), Type.Literal('pending')]),
    }),
  },
  (tx, input, context) => {
    const row = tx.select().from(domain).where(eq(domain.id, input.id)).get()
    if (row === undefined) return
    const { state, reason, misses } = next(tx, row, input, context.nowMs)
    const checks = state === row.state ? row.checks + 1 : 0
    tx.update(domain)
      .set({ state, reason, misses, checks, checkedMs: context.nowMs })
      .where(eq(domain.id, row.id))
      .run()
    if (state !== row.state) context.announce(domainChanged, row.id, { domain: row.domain })
    again(context, { id: row.id, state, misses, checks })
  },
)

interface Settled {
  readonly state: DomainState
  readonly reason: DomainReason | null
  readonly misses: number
}

function next(tx: Tx, row: Row, found: { record: string; certificate: string }, nowMs: number): Settled {
  const wasProven = row.state === 'verified' || row.state === 'active'
  if (found.record === 'unknown') {
    // What was not asked is not known to be otherwise.
    const reason = row.state === 'failed' ? row.reason : 'no-answer'
    return row.state === 'waiting' && isOver(row, nowMs)
      ? { state: 'failed', reason, misses: 0 }
      : { state: row.state, reason, misses: row.misses }
  }
  if (found.record === 'absent') {
    const misses = wasProven ? row.misses + (isAnother(row, nowMs) ? 1 : 0) : 0
    if (misses >= limits.missesMax) return { state: 'failed', reason: 'record-gone', misses: 0 }
    if (wasProven) return { state: row.state, reason: 'record-gone', misses }
    const state = row.state === 'failed' || isOver(row, nowMs) ? 'failed' : 'waiting'
    return { state, reason: 'record-missing', misses }
  }
  if (!wasProven && isTaken(tx, row)) return { state: 'failed', reason: 'taken', misses: 0 }
  // A certificate that is being renewed takes no domain from anybody.
  if (found.certificate === 'ready' || row.state === 'active') return { state: 'active', reason: null, misses: 0 }
  return { state: 'verified', reason: 'certificate-pending', misses: 0 }
}

/** A person who looks again and again does not make days of minutes. */
function isAnother({ misses, checkedMs }: Row, nowMs: number): boolean {
  return misses === 0 || checkedMs === null || nowMs - checkedMs >= limits.recheckMs / 2
}

function isOver({ createdMs }: Row, nowMs: number): boolean {
  return nowMs - createdMs >= limits.waitMsMax
}

function isTaken(tx: Tx, row: Row): boolean {
  const other = tx
    .select({ id: domain.id })
    .from(domain)
    .where(and(eq(domain.domain, row.domain), isProven, ne(domain.id, row.id)))
    .get()
  return other !== undefined
}

/** A failed domain waits for a person; every other is looked at again. */
function again(
  context: OperationContext,
  { id, state, misses, checks }: { id: string; state: DomainState; misses: number; checks: number },
): void {
  if (state === 'failed') return
  const isCalm = state === 'active'
  const pauseMs = Math.min(limits.pauseFirstMs * 2 ** Math.min(checks, 10), limits.pauseMsMax)
  const inMs = isCalm || misses > 0 ? limits.recheckMs : pauseMs
  context.enqueue(checkDomain, { id }, { key: id, runAtMs: context.nowMs + inMs })
}

export const domainOperations = [addDomain, removeDomain, settleCheck] as const
