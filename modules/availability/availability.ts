import type { LocalDatabases } from '../../src/db/local.ts'
import { AppError } from '../../src/errors.ts'
import type { Condition } from '../../src/observability/alerts/conditions.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import type { Capsules, Publications } from '../capsule/index.ts'
import type { Organizations } from '../organization/index.ts'
import { CheckCapsules } from './check-capsules.ts'
import { Checks } from './checks.ts'
import { promiseConditions } from './conditions.ts'
import { reportCsv, reportJson } from './export.ts'
import { monthOf, monthText, parseMonth } from './months.ts'
import { Nodes } from './nodes.ts'
import { recordAvailability, rowsPerOperationMax, setPlan } from './operations.ts'
import { type PlanName, planNames } from './plans.ts'
import { AvailabilityRecord, type Counted } from './record.ts'
import { AvailabilityReport, type AvailabilityRow, reportRowsMax } from './report.ts'

const everyMs = 60_000
/** Organizations that are looked at for alerts and shown to operators: those with the least of their budget left. */
const worstMax = 15

export interface AvailabilityDeps {
  readonly databases: LocalDatabases
  readonly organizations: Pick<Organizations, 'byId' | 'bySlug' | 'ensureInShard'>
  readonly capsules: Pick<Capsules, 'create'>
  readonly publications: Pick<Publications, 'at' | 'publish'>
  readonly origin: string
  /** This node's name in the report, and where it is. */
  readonly node: string
  readonly region: string
  /** Whether it can be primary. */
  readonly isEdge: boolean
  readonly log: { warn(fields: object, message: string): void }
  readonly nowMs?: () => number
}

/** Whether what was promised is kept: counts requests, checks itself, stores both once a minute, and tells what they come to. */
export class Availability {
  readonly record = new AvailabilityRecord()
  readonly report: AvailabilityReport
  readonly nodes: Nodes
  readonly #shards: readonly string[]
  readonly #counts = { good: 0, bad: 0 }
  /** Checks that could not be stored yet, by shard. */
  readonly #checked = new Map<string, Counted>()
  #checks: Checks | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #worst: readonly AvailabilityRow[] = []
  #looking: Promise<void> = Promise.resolve()

  constructor(private readonly deps: AvailabilityDeps) {
    this.report = new AvailabilityReport(deps.databases, deps.organizations)
    this.nodes = new Nodes(deps)
    this.#shards = deps.databases.names.filter((name) => name !== 'directory')
  }

  /** From now on, through these doors, once a minute. */
  begin(fetch: (request: Request) => Promise<Response>): void {
    const { databases, origin, node } = this.deps
    const shards = this.#shards
    const capsules = new CheckCapsules({ ...this.deps, shards, isPrimary: () => databases.isPrimary })
    this.#checks = new Checks({ capsules, shards, fetch, origin, node })
    this.#timer = setInterval(() => void this.look(), everyMs)
    this.#timer.unref()
  }

  /** Checks, stores, and looks at what the month comes to. One at a time; never throws. */
  look(): Promise<void> {
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((err: unknown) => {
        this.deps.log.warn({ err }, 'availability could not be recorded; it is tried again')
      })
    return this.#looking
  }

  /** Those with the least budget left, as of the last look. */
  get worst(): readonly AvailabilityRow[] {
    return this.#worst
  }

  get conditions(): readonly Condition[] {
    return promiseConditions(this.#worst)
  }

  get month(): string {
    return monthText(monthOf(this.nowMs()))
  }

  /** The whole month as text. @throws AppError invalid. */
  text(month: string, form: 'csv' | 'json'): string {
    const rows = this.report.all(parseMonth(month))
    return form === 'csv' ? reportCsv(rows) : reportJson(month, rows)
  }

  /** @throws AppError invalid, not-found. */
  async setPlan(slug: string, plan: string): Promise<void> {
    const known = planNames.find((one): one is PlanName => one === plan)
    if (known === undefined) throw new AppError('invalid', `A plan is one of ${planNames.join(', ')}.`)
    const organization = this.deps.organizations.bySlug(slug)
    if (organization === undefined) throw new AppError('not-found', `There is no organization ${slug}.`)
    await this.deps.databases.write(setPlan, organization.id, { id: organization.id, plan: known })
  }

  register(metrics: Metrics): void {
    metrics.counters('encapsify_availability_checks_total', 'Capsules opened, voted on and asked, by end.', 'end', () =>
      Object.entries(this.#counts),
    )
    metrics.gauges(
      'encapsify_availability_budget_left',
      "The least of a month's error budget that an organization of this plan has left.",
      'plan',
      () =>
        planNames.flatMap((plan) => {
          const left = this.#worst.filter((row) => row.plan === plan).map(({ budgetLeft }) => budgetLeft)
          return left.length === 0 ? [] : [[plan, Math.min(...left)] as const]
        }),
    )
  }

  nowMs(): number {
    return (this.deps.nowMs ?? Date.now)()
  }

  /** Stores what was counted. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
    // A process that was only asked something stores nothing.
    if (this.#checks !== undefined) await this.#store().catch(() => {})
  }

  async #look(): Promise<void> {
    for (const { shard, fault } of (await this.#checks?.run()) ?? []) {
      const counted = this.#checked.get(shard) ?? { good: 0, bad: 0 }
      this.#checked.set(shard, counted)
      const end = fault === undefined ? 'good' : 'bad'
      counted[end]++
      this.#counts[end]++
      if (fault !== undefined) this.deps.log.warn({ shard, fault }, 'a check failed')
    }
    await this.#store()
    this.#worst = this.#worstNow()
  }

  /** An operation for each so many organizations. What cannot be stored waits: an outage is told of once it is over. */
  async #store(): Promise<void> {
    const { node, databases } = this.deps
    const waiting = [...this.record.take()]
    const checked = [...this.#checked]
    this.#checked.clear()
    try {
      do {
        const some = waiting.slice(0, rowsPerOperationMax)
        const requests = some.flatMap(([name, counted]) => {
          const organizationId = this.#idOf(name)
          return organizationId === undefined ? [] : [{ organizationId, ...counted }]
        })
        const checks = checked.map(([shard, counted]) => ({ shard, ...counted }))
        const state = this.nodes.own()
        await databases.write(recordAvailability, null, { node, state, requests, checks })
        waiting.splice(0, some.length)
        checked.length = 0
      } while (waiting.length > 0)
    } catch (error) {
      this.record.giveBack(new Map(waiting))
      for (const [shard, counted] of checked) this.#checked.set(shard, counted)
      throw error
    }
  }

  #idOf(name: string): string | undefined {
    const { organizations } = this.deps
    return (name.startsWith('org_') ? organizations.byId(name) : organizations.bySlug(name.toLowerCase()))?.id
  }

  #worstNow(): AvailabilityRow[] {
    const worst: AvailabilityRow[] = []
    for (const row of this.report.all(monthOf(this.nowMs()))) {
      worst.push(row)
      if (worst.length > reportRowsMax) worst.sort(byBudget).splice(worstMax)
    }
    return worst.sort(byBudget).slice(0, worstMax)
  }
}

function byBudget(a: AvailabilityRow, b: AvailabilityRow): number {
  return a.budgetLeft - b.budgetLeft
}
