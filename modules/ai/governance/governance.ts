import { LRUCache } from 'lru-cache'
import { entries } from '../../../src/cache/entries.ts'
import type { Databases } from '../../../src/db/database.ts'
import { newId, type OrganizationId } from '../../../src/db/ids.ts'
import type { Clock } from '../clock.ts'
import type { Alias, Route } from '../config.ts'
import { dayOf, drawTranche } from '../operations/budgets.ts'
import type { Policy } from '../operations/settings.ts'
import { costOf, type Price, type PriceTable, type Tokens } from '../prices.ts'
import { Refusal } from '../refusal.ts'
import type { AiRequest } from '../requests.ts'
import type { Meter, MeterEnd } from '../routing/attempt.ts'
import { Account, type Reservation } from './account.ts'
import type { Ledger } from './ledger.ts'
import { organizationScope, type Policies } from './policies.ts'
import { type RateLimits, takeOrRefuse } from './rate-limits.ts'

const accountsMax = 10_000
/** No answer has more; a provider that claims it is not believed. */
const outputTokensMost = 2_000_000

/** For whom a call is made. */
export interface Caller {
  readonly organizationId: OrganizationId
  /** Empty: a visitor's question. */
  readonly keyId: string
  /** Empty: a call of the proxy, or a draft of what is not there yet. */
  readonly capsuleId: string
  /** Which help in writing it is for; absent: none. */
  readonly purpose?: string
}

/** One attempt's bill, for metrics. */
export interface Bill {
  readonly route: Route
  readonly tokens: Tokens
  readonly costNano: number
}

export interface GovernanceParts {
  readonly db: Databases
  readonly policies: Policies
  readonly ledger: Ledger
  readonly rates: RateLimits
  readonly prices: PriceTable
  readonly clock: Clock
  billed(bill: Bill): void
}

/** An attempt as it was opened: by these rules it is closed, whatever has changed meanwhile. */
interface Opened {
  readonly caller: Caller
  readonly request: AiRequest
  readonly alias: Alias
  readonly route: Route
  readonly price: Price | undefined
  readonly policies: readonly (readonly [string, Policy])[]
}

interface Bound {
  readonly scope: string
  readonly account: Account
  readonly reservation: Reservation
}

type Budget = readonly [scope: string, account: Account]

/** Who may ask what, how often and for how much; and what it has cost. */
export class Governance {
  readonly #accounts = new LRUCache<string, Account>({
    ...entries(accountsMax),
    dispose: (account) => account.release(),
  })

  constructor(private readonly parts: GovernanceParts) {}

  /** @throws Refusal 404 for a model that is not allowed, 429 when a rate is passed. */
  admit(caller: Caller, request: AiRequest): void {
    const nowMs = this.parts.clock.nowMs()
    for (const [scope, policy] of this.#policies(caller)) {
      if (policy.models !== null && !policy.models.includes(request.model)) throw unknownModel(request.model)
      const name = `${caller.organizationId}/${scope}`
      if (policy.requestsPerMinute !== null) {
        takeOrRefuse(this.parts.rates, `${name}/requests`, 'requests', 1, policy.requestsPerMinute, nowMs)
      }
      if (policy.tokensPerMinute !== null) {
        const tokens = request.inputTokensEstimate
        takeOrRefuse(this.parts.rates, `${name}/tokens`, 'tokens', tokens, policy.tokensPerMinute, nowMs)
      }
    }
  }

  mayUse(caller: Caller, model: string): boolean {
    return this.#policies(caller).every(([, { models }]) => models === null || models.includes(model))
  }

  /** How long equal requests of this key are answered from memory; 0: never. */
  cacheTtlMs(caller: Caller): number {
    if (caller.keyId === '') return 0
    return this.parts.policies.of(caller.organizationId, caller.keyId).cacheTtlS * 1_000
  }

  /** An answer from memory, or shared with an equal call under way: it cost nothing, and stands in the ledger as that. */
  noteCached(caller: Caller, alias: Alias): void {
    const nowMs = this.parts.clock.nowMs()
    this.parts.ledger.add(caller.organizationId, {
      ...{ keyId: caller.keyId, capsuleId: caller.capsuleId, alias: alias.name, provider: '', model: '' },
      ...{ inputTokens: 0, outputTokens: 0, costNano: 0, estimated: false, outcome: 'cached', tookMs: 0 },
      id: newId('use', caller.organizationId, nowMs),
      atMs: nowMs,
    })
  }

  /** Sets aside the most that an attempt can cost, in every budget that it touches. @throws Refusal `insufficient_quota`. */
  open(caller: Caller, request: AiRequest, alias: Alias, route: Route): Meter | Promise<Meter> {
    const { clock, prices } = this.parts
    const table = route.provider.own?.prices ?? prices
    const price = table.at(route.provider.name, route.model, clock.nowMs())
    const policies = this.#policies(caller)
    const budgets = price === undefined ? [] : policies.filter(([, policy]) => hasBudget(policy))
    const choices = typeof request.body.n === 'number' ? request.body.n : 1
    const isBounded = request.outputTokensMost !== undefined
    const outputMost = request.outputTokensMost ?? alias.outputTokensMax * choices
    const make = (bounds: readonly Bound[]): Meter => ({
      outputTokensMax: budgets.length > 0 && !isBounded ? alias.outputTokensMax : undefined,
      close: this.#closer({ caller, request, alias, route, price, policies }, bounds, {
        input: request.inputTokensMost,
        output: budgets.length > 0 || isBounded ? outputMost : outputTokensMost,
      }),
    })
    if (budgets.length === 0) return make([])
    const nano = costOf(price, { input: request.inputTokensMost, output: outputMost })
    return this.#reserve(
      budgets.map(([scope]) => [scope, this.#account(caller.organizationId, scope)] as const),
      nano,
      make,
    )
  }

  /** Gives all tranches back. */
  close(): void {
    this.#accounts.clear()
  }

  #reserve(accounts: readonly Budget[], nano: number, make: (bounds: readonly Bound[]) => Meter) {
    const bounds: Bound[] = []
    for (const [n, [scope, account]] of accounts.entries()) {
      const reservation = account.reserve(nano)
      if (reservation instanceof Promise) return this.#reserveLater(accounts.slice(n), nano, bounds, reservation, make)
      bounds.push({ scope, account, reservation })
    }
    return make(bounds)
  }

  async #reserveLater(
    accounts: readonly Budget[],
    nano: number,
    bounds: Bound[],
    first: Promise<Reservation>,
    make: (bounds: readonly Bound[]) => Meter,
  ): Promise<Meter> {
    try {
      for (const [n, [scope, account]] of accounts.entries()) {
        bounds.push({ scope, account, reservation: await (n === 0 ? first : account.reserve(nano)) })
      }
      return make(bounds)
    } catch (error) {
      for (const { account, reservation } of bounds) account.settle(reservation, 0)
      throw error
    }
  }

  #closer(
    { caller, request, alias, route, price, policies }: Opened,
    bounds: readonly Bound[],
    most: Tokens,
  ): (end: MeterEnd) => void {
    const startedMs = this.parts.clock.nowMs()
    let isOpen = true
    return (end) => {
      if (!isOpen) return
      isOpen = false
      const { tokens, estimated } = tokensOf(end, request.inputTokensEstimate, most)
      const costNano = costOf(price, tokens)
      for (const { account, reservation } of bounds) account.settle(reservation, costNano)
      this.#spendOutside(caller.organizationId, policies, bounds, costNano)
      this.parts.billed({ route, tokens, costNano })
      this.#correctRates(caller, policies, tokens.input + tokens.output - request.inputTokensEstimate)
      const nowMs = this.parts.clock.nowMs()
      this.parts.ledger.add(caller.organizationId, {
        id: newId('use', caller.organizationId, nowMs),
        atMs: nowMs,
        keyId: caller.keyId,
        capsuleId: caller.capsuleId,
        alias: alias.name,
        provider: route.provider.name,
        model: route.model,
        inputTokens: tokens.input,
        outputTokens: tokens.output,
        costNano,
        estimated,
        outcome: end.outcome,
        tookMs: Math.max(0, Math.round(nowMs - startedMs)),
        purpose: caller.purpose ?? '',
      })
    }
  }

  /** Where there was no budget: one that is set later in the month counts this too. */
  #spendOutside(
    organizationId: OrganizationId,
    policies: Opened['policies'],
    bounds: readonly Bound[],
    costNano: number,
  ): void {
    if (costNano === 0) return
    const { day } = dayOf(this.parts.clock.nowMs())
    for (const [scope] of policies) {
      if (bounds.some((bound) => bound.scope === scope)) continue
      this.parts.ledger.spend(organizationId, { scope, day, spentNano: 0, returnedNano: 0, outsideNano: costNano })
    }
  }

  #correctRates({ organizationId }: Caller, policies: Opened['policies'], tokens: number): void {
    for (const [scope, { tokensPerMinute }] of policies) {
      if (tokensPerMinute === null) continue
      this.parts.rates.correct(`${organizationId}/${scope}/tokens`, tokens, tokensPerMinute, this.parts.clock.nowMs())
    }
  }

  #policies({ organizationId, keyId, capsuleId }: Caller): (readonly [string, Policy])[] {
    const { policies } = this.parts
    const found: [string, Policy][] = [[organizationScope, policies.of(organizationId, organizationScope)]]
    if (keyId !== '') found.push([keyId, policies.of(organizationId, keyId)])
    if (capsuleId !== '') found.push([capsuleId, policies.of(organizationId, capsuleId)])
    return found
  }

  #account(organizationId: OrganizationId, scope: string): Account {
    const key = `${organizationId}/${scope}`
    const known = this.#accounts.get(key)
    if (known !== undefined) return known
    const { db, ledger, clock } = this.parts
    const account = new Account(organizationId, scope, ledger, clock, (leastNano) =>
      db.write(drawTranche, organizationId, { scope, node: ledger.node, leastNano }),
    )
    this.#accounts.set(key, account)
    return account
  }
}

export function unknownModel(model: string): Refusal {
  return new Refusal(404, 'not_found_error', `The model '${model}' does not exist or you do not have access to it.`, {
    param: 'model',
    code: 'model_not_found',
  })
}

function hasBudget(policy: Policy): boolean {
  return policy.dayNano !== null || policy.monthNano !== null
}

/** The provider's count where it gave one that can be, what was seen where it did not; never more than was possible. */
function tokensOf(end: MeterEnd, inputEstimate: number, most: Tokens): { tokens: Tokens; estimated: boolean } {
  const bounded = (input: number, output: number) => ({
    input: Math.min(input, most.input),
    output: Math.min(output, most.output),
  })
  if (end.outcome === 'failed') return { tokens: bounded(end.mayCost ? inputEstimate : 0, 0), estimated: end.mayCost }
  if (end.usage !== undefined) return { tokens: bounded(end.usage.input, end.usage.output), estimated: false }
  return { tokens: bounded(inputEstimate, end.outputSeen), estimated: true }
}
