import { and, desc, eq, gte, lt } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { paged } from '../../../src/http/paging.ts'
import { dayOf, monthOf } from '../operations/budgets.ts'
import { audit, spend, usage, usageHour } from '../schema.ts'

/** Rows of one report: a month of hours for some keys and models. */
const hoursMax = 20_000

export interface CostLine {
  readonly keyId: string
  readonly capsuleId: string
  readonly model: string
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costNano: number
}

export interface Budget {
  readonly period: string
  readonly spentNano: number
  /** Held by nodes, for calls under way and to come. */
  readonly outNano: number
}

/** What AI has cost, for those who pay. */
export class Reports {
  constructor(private readonly db: Databases) {}

  /** Costs by key, capsule and model between two times, dearest first. `complete` is false when there were too many rows. */
  costs(organizationId: OrganizationId, fromMs: number, toMs: number): { items: CostLine[]; complete: boolean } {
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(usageHour)
        .where(
          and(
            eq(usageHour.organizationId, organizationId),
            gte(usageHour.hourMs, fromMs - (fromMs % 3_600_000)),
            lt(usageHour.hourMs, toMs),
          ),
        )
        .limit(hoursMax + 1)
        .all(),
    )
    const lines = new Map<string, CostLine>()
    for (const row of rows.slice(0, hoursMax)) {
      const key = `${row.keyId}/${row.capsuleId}/${row.alias}`
      lines.set(key, sum(lines.get(key), row))
    }
    const items = [...lines.values()].sort((a, z) => z.costNano - a.costNano || z.requests - a.requests)
    return { items, complete: rows.length <= hoursMax }
  }

  /** The ledger, newest first. */
  ledger(organizationId: OrganizationId, limit: number, cursor = '~') {
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(usage)
        .where(and(eq(usage.organizationId, organizationId), lt(usage.id, cursor)))
        .orderBy(desc(usage.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    const items = page.items.map(({ organizationId: _, atMs, alias, model, ...row }) => ({
      ...row,
      model: alias,
      providerModel: model,
      at: atMs,
    }))
    return { ...page, items }
  }

  /** What is spent and out today and this month, in UTC. */
  budgets(organizationId: OrganizationId, scope: string, nowMs: number): { day: Budget; month: Budget } {
    const { day } = dayOf(nowMs)
    const of = (period: string): Budget => {
      const row = this.db.read(organizationId, (tx) =>
        tx
          .select({ spentNano: spend.spentNano, outNano: spend.outNano })
          .from(spend)
          .where(and(eq(spend.organizationId, organizationId), eq(spend.scope, scope), eq(spend.period, period)))
          .get(),
      )
      return { period, spentNano: row?.spentNano ?? 0, outNano: row?.outNano ?? 0 }
    }
    return { day: of(day), month: of(monthOf(day)) }
  }

  /** Who changed which setting, newest first. */
  audit(organizationId: OrganizationId, limit: number, cursor = Number.MAX_SAFE_INTEGER) {
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(audit)
        .where(and(eq(audit.organizationId, organizationId), lt(audit.row, cursor)))
        .orderBy(desc(audit.row))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => String(last.row))
    const items = page.items.map((row) => ({
      at: row.atMs,
      actor: row.actor,
      subject: row.subject,
      before: JSON.parse(row.before) as unknown,
      after: JSON.parse(row.after) as unknown,
    }))
    return { ...page, items }
  }
}

function sum(known: CostLine | undefined, row: typeof usageHour.$inferSelect): CostLine {
  return {
    keyId: row.keyId,
    capsuleId: row.capsuleId,
    model: row.alias,
    requests: (known?.requests ?? 0) + row.requests,
    inputTokens: (known?.inputTokens ?? 0) + row.inputTokens,
    outputTokens: (known?.outputTokens ?? 0) + row.outputTokens,
    costNano: (known?.costNano ?? 0) + row.costNano,
  }
}
