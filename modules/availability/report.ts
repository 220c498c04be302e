import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import type { Organizations } from '../organization/index.ts'
import { checkSlugPrefix } from './check-capsules.ts'
import { monthText } from './months.ts'
import { type PlanName, planDefault, plans } from './plans.ts'
import { availability, availabilityCheck, organizationPlan } from './schema.ts'

/** One organization's month. */
export interface AvailabilityRow {
  readonly month: string
  readonly organizationId: string
  readonly organization: string
  readonly plan: PlanName
  /** What was promised, 0 to 1. */
  readonly promised: number
  readonly requests: number
  readonly requestsFailed: number
  readonly checks: number
  readonly checksFailed: number
  /** Good requests and checks of all; null: nothing was counted. */
  readonly availability: number | null
  /** The part of the month's error budget that is left: 1 untouched, 0 spent, below 0 overspent. */
  readonly budgetLeft: number
}

/** Organizations in one page of a report. */
export const reportRowsMax = 1_000

interface Sums {
  readonly good: number
  readonly bad: number
}

/** What came of the promises, out of what the nodes recorded. */
export class AvailabilityReport {
  constructor(
    private readonly databases: Pick<Databases, 'readDirectory'>,
    private readonly organizations: Pick<Organizations, 'byId'>,
  ) {}

  /** Organizations of which something was counted, or that have a plan of their own; in the order of their ids. */
  page(month: number, after: string, limit: number): AvailabilityRow[] {
    const ids = this.#ids(month, after, limit)
    return this.#rows(month, ids)
  }

  /** All pages, one after the other, for an export. */
  *all(month: number): Generator<AvailabilityRow> {
    let after = ''
    for (;;) {
      const ids = this.#ids(month, after, reportRowsMax)
      yield* this.#rows(month, ids)
      const last = ids.at(-1)
      if (last === undefined || ids.length < reportRowsMax) return
      after = last
    }
  }

  of(month: number, organizationId: string): AvailabilityRow | undefined {
    return this.#rows(month, [organizationId])[0]
  }

  #ids(month: number, after: string, limit: number): string[] {
    const { counted, planned } = this.databases.readDirectory((tx) => ({
      counted: tx
        .selectDistinct({ id: availability.organizationId })
        .from(availability)
        .where(and(eq(availability.month, month), gt(availability.organizationId, after)))
        .orderBy(asc(availability.organizationId))
        .limit(limit)
        .all(),
      planned: tx
        .select({ id: organizationPlan.organizationId })
        .from(organizationPlan)
        .where(gt(organizationPlan.organizationId, after))
        .orderBy(asc(organizationPlan.organizationId))
        .limit(limit)
        .all(),
    }))
    return [...new Set([...counted, ...planned].map(({ id }) => id))].toSorted().slice(0, limit)
  }

  #rows(month: number, ids: readonly string[]): AvailabilityRow[] {
    if (ids.length === 0) return []
    const { requests, checks, planned, placed } = this.databases.readDirectory((tx) => ({
      requests: tx
        .select({
          id: availability.organizationId,
          good: sql<number>`sum(${availability.good})`,
          bad: sql<number>`sum(${availability.bad})`,
        })
        .from(availability)
        .where(and(eq(availability.month, month), inArray(availability.organizationId, [...ids])))
        .groupBy(availability.organizationId)
        .all(),
      checks: tx
        .select({
          shard: availabilityCheck.shard,
          good: sql<number>`sum(${availabilityCheck.good})`,
          bad: sql<number>`sum(${availabilityCheck.bad})`,
        })
        .from(availabilityCheck)
        .where(eq(availabilityCheck.month, month))
        .groupBy(availabilityCheck.shard)
        .all(),
      planned: tx
        .select({ id: organizationPlan.organizationId, plan: organizationPlan.plan })
        .from(organizationPlan)
        .where(inArray(organizationPlan.organizationId, [...ids]))
        .all(),
      placed: tx.all<{ id: string; shard: string }>(sql`
        SELECT organization_id AS id, printf('shard-%03d', shard) AS shard FROM placement
        WHERE organization_id IN (${sql.join(
          ids.map((id) => sql`${id}`),
          sql`, `,
        )})`),
    }))
    const byId = new Map(requests.map(({ id, ...sums }) => [id, sums]))
    const byShard = new Map(checks.map(({ shard, ...sums }) => [shard, sums]))
    const planOf = new Map(planned.map(({ id, plan }) => [id, plan]))
    const shardOf = new Map(placed.map(({ id, shard }) => [id, shard]))
    return ids.flatMap((id) => {
      const organization = this.organizations.byId(id)
      // What the house checks itself with was promised to nobody.
      if (organization === undefined || organization.slug.startsWith(checkSlugPrefix)) return []
      const row = { month: monthText(month), organizationId: id, organization: organization.slug }
      const checked = byShard.get(shardOf.get(id) ?? '') ?? none
      return [{ ...row, ...standing(planOf.get(id) ?? planDefault, byId.get(id) ?? none, checked) }]
    })
  }
}

const none: Sums = { good: 0, bad: 0 }

/** What a month's counts come to under a plan. */
export function standing(plan: PlanName, requests: Sums, checks: Sums) {
  const promised = plans[plan].share
  const bad = requests.bad + checks.bad
  const all = requests.good + checks.good + bad
  return {
    plan,
    promised,
    requests: requests.good + requests.bad,
    requestsFailed: requests.bad,
    checks: checks.good + checks.bad,
    checksFailed: checks.bad,
    availability: all === 0 ? null : 1 - bad / all,
    budgetLeft: all === 0 ? 1 : 1 - bad / (all * (1 - promised)),
  }
}
