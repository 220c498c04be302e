import { type Static, Type } from '@sinclair/typebox'
import { and, eq, lt, sql } from 'drizzle-orm'
import { defineOperation, statement, type Tx } from '../../../src/db/operation.ts'
import { policy, spend, tranche, usage, usageHour } from '../schema.ts'

const id = Type.String({ maxLength: 64 })
const nano = Type.Integer({ minimum: 0 })
const count = Type.Integer({ minimum: 0 })

/** How long a node may hold what it drew without a sign of life; then it is the budget's again. */
export const trancheMsMax = 600_000
/** Of a budget, what one tranche takes at most; of what is left of it, too. */
const shareOfLimit = 20
const shareOfRest = 4
/** Entries of one write, so that no operation takes long. */
export const entriesMax = 100
export const spendsMax = 100

export interface Drawn {
  readonly grantedNano: number
  /** The UTC day that it counts for, and when that ends. */
  readonly day: string
  readonly dayEndsMs: number
}

/** Hands a node a part of a budget, so that its calls need not wait for commits. Nothing, when less than `least` is left. */
export const drawTranche = defineOperation(
  {
    name: 'ai.draw-tranche',
    database: 'shard',
    input: Type.Object({ scope: id, node: id, leastNano: nano }),
  },
  (tx, { scope, node, leastNano }, context): Drawn => {
    const organizationId = context.organizationId ?? ''
    const { day, dayEndsMs } = dayOf(context.nowMs)
    takeBackExpired(tx, organizationId, scope, context.nowMs)
    const left = leftOf(tx, organizationId, scope, day)
    const share = Math.floor(Math.min(left.limit / shareOfLimit, left.nano / shareOfRest))
    const grantedNano = left.nano < Math.max(leastNano, 1) ? 0 : Math.min(left.nano, Math.max(leastNano, share, 1))
    if (grantedNano > 0) {
      const expiresMs = context.nowMs + trancheMsMax
      tx.insert(tranche)
        .values({ organizationId, scope, node, day, amountNano: grantedNano, expiresMs })
        .onConflictDoUpdate({
          target: [tranche.organizationId, tranche.scope, tranche.node, tranche.day],
          set: { amountNano: sql`${tranche.amountNano} + ${grantedNano}`, expiresMs },
        })
        .run()
      move(tx, organizationId, scope, day, 0, grantedNano)
    }
    return { grantedNano, day, dayEndsMs }
  },
)

const entry = Type.Object({
  id,
  atMs: Type.Integer(),
  keyId: id,
  capsuleId: id,
  alias: Type.String({ maxLength: 200 }),
  provider: Type.String({ maxLength: 200 }),
  model: Type.String({ maxLength: 200 }),
  inputTokens: count,
  outputTokens: count,
  costNano: nano,
  estimated: Type.Boolean(),
  outcome: Type.String({ maxLength: 20 }),
  tookMs: count,
  /** Nodes of an older version do not say it. */
  purpose: Type.Optional(Type.String({ maxLength: 20 })),
})

/** One attempt that may have cost something. */
export type LedgerEntry = Static<typeof entry>

const spending = Type.Object({
  scope: id,
  day: Type.String({ maxLength: 10 }),
  spentNano: nano,
  /** Drawn and not needed any more. */
  returnedNano: nano,
  /** Spent by calls that had drawn nothing, because there was no budget when they began: it counts when there is one. */
  outsideNano: Type.Optional(nano),
})
export type Spending = Static<typeof spending>

/** Writes what calls have cost into the ledger, and moves it in the budgets from what is out to what is spent. */
export const recordUsage = defineOperation(
  {
    name: 'ai.record-usage',
    database: 'shard',
    input: Type.Object({
      node: id,
      entries: Type.Array(entry, { maxItems: entriesMax }),
      spendings: Type.Array(spending, { maxItems: spendsMax }),
    }),
  },
  (tx, { node, entries, spendings }, context) => {
    const organizationId = context.organizationId ?? ''
    record(tx, organizationId, entries)
    for (const one of spendings) settle(tx, organizationId, node, one, context.nowMs)
  },
)

const insertUsage = statement((tx) =>
  tx
    .insert(usage)
    .values({
      id: sql.placeholder('id'),
      organizationId: sql.placeholder('organizationId'),
      atMs: sql.placeholder('atMs'),
      keyId: sql.placeholder('keyId'),
      capsuleId: sql.placeholder('capsuleId'),
      alias: sql.placeholder('alias'),
      provider: sql.placeholder('provider'),
      model: sql.placeholder('model'),
      inputTokens: sql.placeholder('inputTokens'),
      outputTokens: sql.placeholder('outputTokens'),
      costNano: sql.placeholder('costNano'),
      estimated: sql.placeholder('estimated'),
      outcome: sql.placeholder('outcome'),
      tookMs: sql.placeholder('tookMs'),
      purpose: sql.placeholder('purpose'),
    })
    .onConflictDoNothing()
    .returning({ id: usage.id })
    .prepare(),
)

interface Hour {
  readonly hourMs: number
  readonly keyId: string
  readonly capsuleId: string
  readonly alias: string
  requests: number
  inputTokens: number
  outputTokens: number
  costNano: number
}

/** What was written before, because an answer was lost, is not counted again. */
function record(tx: Tx, organizationId: string, entries: readonly LedgerEntry[]): void {
  const hours = new Map<string, Hour>()
  for (const one of entries) {
    const fresh = insertUsage(tx).get({ purpose: '', ...one, organizationId, estimated: one.estimated ? 1 : 0 })
    if (fresh === undefined) continue
    const { keyId, capsuleId, alias } = one
    const hourMs = one.atMs - (one.atMs % 3_600_000)
    const key = `${hourMs}/${keyId}/${capsuleId}/${alias}`
    let hour = hours.get(key)
    if (hour === undefined) {
      hour = { hourMs, keyId, capsuleId, alias, requests: 0, inputTokens: 0, outputTokens: 0, costNano: 0 }
      hours.set(key, hour)
    }
    hour.requests++
    hour.inputTokens += one.inputTokens
    hour.outputTokens += one.outputTokens
    hour.costNano += one.costNano
  }
  for (const hour of hours.values()) addHour(tx).run({ ...hour, organizationId })
}

const addHour = statement((tx) =>
  tx
    .insert(usageHour)
    .values({
      organizationId: sql.placeholder('organizationId'),
      hourMs: sql.placeholder('hourMs'),
      keyId: sql.placeholder('keyId'),
      capsuleId: sql.placeholder('capsuleId'),
      alias: sql.placeholder('alias'),
      requests: sql.placeholder('requests'),
      inputTokens: sql.placeholder('inputTokens'),
      outputTokens: sql.placeholder('outputTokens'),
      costNano: sql.placeholder('costNano'),
    })
    .onConflictDoUpdate({
      target: [usageHour.organizationId, usageHour.hourMs, usageHour.keyId, usageHour.capsuleId, usageHour.alias],
      set: {
        requests: sql`${usageHour.requests} + excluded.requests`,
        inputTokens: sql`${usageHour.inputTokens} + excluded.input_tokens`,
        outputTokens: sql`${usageHour.outputTokens} + excluded.output_tokens`,
        costNano: sql`${usageHour.costNano} + excluded.cost_nano`,
      },
    })
    .prepare(),
)

const heldIn = statement((tx) =>
  tx
    .select({ amountNano: tranche.amountNano })
    .from(tranche)
    .where(
      and(
        eq(tranche.organizationId, sql.placeholder('organizationId')),
        eq(tranche.scope, sql.placeholder('scope')),
        eq(tranche.node, sql.placeholder('node')),
        eq(tranche.day, sql.placeholder('day')),
      ),
    )
    .prepare(),
)

/** A tranche that was taken back meanwhile is out no more: then the spending alone counts. */
function settle(tx: Tx, organizationId: string, node: string, one: Spending, nowMs: number): void {
  const mine = and(
    eq(tranche.organizationId, organizationId),
    eq(tranche.scope, one.scope),
    eq(tranche.node, node),
    eq(tranche.day, one.day),
  )
  const held = heldIn(tx).get({ organizationId, scope: one.scope, node, day: one.day })?.amountNano ?? 0
  const taken = Math.min(held, one.spentNano + one.returnedNano)
  if (held > taken) {
    tx.update(tranche)
      .set({ amountNano: held - taken, expiresMs: nowMs + trancheMsMax })
      .where(mine)
      .run()
  } else if (held > 0) tx.delete(tranche).where(mine).run()
  move(tx, organizationId, one.scope, one.day, one.spentNano + (one.outsideNano ?? 0), -taken)
}

function takeBackExpired(tx: Tx, organizationId: string, scope: string, nowMs: number): void {
  const expired = tx
    .delete(tranche)
    .where(and(eq(tranche.organizationId, organizationId), eq(tranche.scope, scope), lt(tranche.expiresMs, nowMs)))
    .returning({ day: tranche.day, amountNano: tranche.amountNano })
    .all()
  for (const one of expired) move(tx, organizationId, scope, one.day, 0, -one.amountNano)
}

/** What is neither spent nor out, by the day and by the month, whichever is less. No budget: as much as can be counted. */
function leftOf(tx: Tx, organizationId: string, scope: string, day: string): { nano: number; limit: number } {
  const row = tx
    .select({ dayNano: policy.dayNano, monthNano: policy.monthNano })
    .from(policy)
    .where(and(eq(policy.organizationId, organizationId), eq(policy.scope, scope)))
    .get()
  const unlimited = Number.MAX_SAFE_INTEGER
  const dayLimit = row?.dayNano ?? unlimited
  const monthLimit = row?.monthNano ?? unlimited
  return {
    nano: Math.max(
      0,
      Math.min(
        dayLimit - takenOf(tx, organizationId, scope, day),
        monthLimit - takenOf(tx, organizationId, scope, monthOf(day)),
      ),
    ),
    limit: Math.min(dayLimit, monthLimit),
  }
}

function takenOf(tx: Tx, organizationId: string, scope: string, period: string): number {
  const row = tx
    .select({ spentNano: spend.spentNano, outNano: spend.outNano })
    .from(spend)
    .where(and(eq(spend.organizationId, organizationId), eq(spend.scope, scope), eq(spend.period, period)))
    .get()
  return (row?.spentNano ?? 0) + (row?.outNano ?? 0)
}

function move(tx: Tx, organizationId: string, scope: string, day: string, spentNano: number, outNano: number): void {
  for (const period of [day, monthOf(day)]) moveIn(tx).run({ organizationId, scope, period, spentNano, outNano })
}

const moveIn = statement((tx) =>
  tx
    .insert(spend)
    .values({
      organizationId: sql.placeholder('organizationId'),
      scope: sql.placeholder('scope'),
      period: sql.placeholder('period'),
      spentNano: sql.placeholder('spentNano'),
      outNano: sql.placeholder('outNano'),
    })
    .onConflictDoUpdate({
      target: [spend.organizationId, spend.scope, spend.period],
      set: {
        spentNano: sql`${spend.spentNano} + excluded.spent_nano`,
        outNano: sql`${spend.outNano} + excluded.out_nano`,
      },
    })
    .prepare(),
)

export function dayOf(nowMs: number): { readonly day: string; readonly dayEndsMs: number } {
  const dayMs = 86_400_000
  return { day: new Date(nowMs).toISOString().slice(0, 10), dayEndsMs: nowMs - (nowMs % dayMs) + dayMs }
}

export function monthOf(day: string): string {
  return day.slice(0, 7)
}
