import { Type } from '@sinclair/typebox'
import { eq, lt, sql } from 'drizzle-orm'
import { defineOperation } from '../../src/db/operation.ts'
import { monthOf } from './months.ts'
import { planDefault, planNames } from './plans.ts'
import { availability, availabilityCheck, nodeState, organizationPlan } from './schema.ts'

/** Rows that one operation adds: some milliseconds of the writer's time at most. */
export const rowsPerOperationMax = 200
const monthsKept = 36
/** A node that was not heard for so long is no node any more. */
const nodeKeptMs = 7 * 24 * 3_600_000

const text = Type.String({ minLength: 1, maxLength: 64 })
const count = Type.Integer({ minimum: 0 })

/** Adds what a node counted to this month, and where it stands; what is older than three years goes. */
export const recordAvailability = defineOperation(
  {
    name: 'availability.record',
    database: 'directory',
    input: Type.Object({
      node: text,
      state: Type.Object({
        region: text,
        role: Type.Union([Type.Literal('primary'), Type.Literal('candidate'), Type.Literal('edge')]),
        position: text,
        lagMs: count,
      }),
      requests: Type.Array(Type.Object({ organizationId: text, good: count, bad: count }), {
        maxItems: rowsPerOperationMax,
      }),
      checks: Type.Array(Type.Object({ shard: text, good: count, bad: count }), { maxItems: rowsPerOperationMax }),
    }),
  },
  (tx, { node, state, requests, checks }, { nowMs }) => {
    const month = monthOf(nowMs)
    const row = { ...state, atMs: nowMs }
    tx.insert(nodeState)
      .values({ node, ...row })
      .onConflictDoUpdate({ target: nodeState.node, set: row })
      .run()
    tx.delete(nodeState)
      .where(lt(nodeState.atMs, nowMs - nodeKeptMs))
      .run()
    for (const { organizationId, good, bad } of requests) {
      tx.insert(availability)
        .values({ month, organizationId, node, good, bad })
        .onConflictDoUpdate({
          target: [availability.month, availability.organizationId, availability.node],
          set: { good: sql`${availability.good} + ${good}`, bad: sql`${availability.bad} + ${bad}` },
        })
        .run()
    }
    for (const { shard, good, bad } of checks) {
      tx.insert(availabilityCheck)
        .values({ month, shard, node, good, bad })
        .onConflictDoUpdate({
          target: [availabilityCheck.month, availabilityCheck.shard, availabilityCheck.node],
          set: { good: sql`${availabilityCheck.good} + ${good}`, bad: sql`${availabilityCheck.bad} + ${bad}` },
        })
        .run()
    }
    tx.delete(availability)
      .where(lt(availability.month, month - monthsKept))
      .run()
    tx.delete(availabilityCheck)
      .where(lt(availabilityCheck.month, month - monthsKept))
      .run()
  },
)

/** Gives an organization a plan. */
export const setPlan = defineOperation(
  {
    name: 'availability.set-plan',
    database: 'directory',
    repeats: 'natural',
    input: Type.Object({ id: text, plan: Type.Union(planNames.map((one) => Type.Literal(one))) }),
  },
  (tx, { id, plan }, { nowMs }) => {
    if (plan === planDefault) tx.delete(organizationPlan).where(eq(organizationPlan.organizationId, id)).run()
    else {
      tx.insert(organizationPlan)
        .values({ organizationId: id, plan, sinceMs: nowMs })
        .onConflictDoUpdate({ target: organizationPlan.organizationId, set: { plan, sinceMs: nowMs } })
        .run()
    }
  },
)

export const availabilityOperations = [recordAvailability, setPlan] as const
