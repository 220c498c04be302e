import type { Databases } from '../../../src/db/database.ts'
import { newGlobalId, type OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import type { Clock } from '../clock.ts'
import { limits } from '../limits.ts'
import { entriesMax, type LedgerEntry, recordUsage, type Spending, spendsMax } from '../operations/budgets.ts'

/** How long an entry waits for others, so that a commit carries many. */
const flushMs = 250
const retryMs = 1_000
const triesMax = 3

interface Pending {
  entries: LedgerEntry[]
  spendings: Map<string, Spending>
  draining: Promise<boolean> | undefined
  timer: (() => void) | undefined
}

/**
 * Collects what calls have cost and writes it in batches: no call waits for a commit. What a crash takes with it stays within
 * the tranches that were out, and those count as spent until they run out.
 */
export class Ledger {
  readonly #pending = new Map<OrganizationId, Pending>()
  #waiting = 0
  #lost = 0
  #isClosed = false

  constructor(
    private readonly db: Pick<Databases, 'write'>,
    private readonly clock: Clock,
    /** Names the holder of tranches. */
    readonly node: string,
    private readonly reportBug: (error: unknown) => void,
  ) {}

  /** Entries that were dropped because none could be written for so long. Their cost is in the budgets all the same. */
  get lost(): number {
    return this.#lost
  }

  get waiting(): number {
    return this.#waiting
  }

  add(organizationId: OrganizationId, entry: LedgerEntry): void {
    if (this.#waiting >= limits.ledgerEntriesMax) {
      this.#lost++
      return
    }
    const pending = this.#of(organizationId)
    pending.entries.push(entry)
    this.#waiting++
    this.#wake(organizationId, pending)
  }

  spend(organizationId: OrganizationId, spending: Spending): void {
    const pending = this.#of(organizationId)
    this.#gather(pending, spending)
    this.#wake(organizationId, pending)
  }

  /** Writes all that waits. */
  async flush(): Promise<void> {
    for (const [organizationId, pending] of [...this.#pending]) {
      pending.timer?.()
      pending.timer = undefined
      // What came while another drain was at its end is still to be written.
      await pending.draining
      await this.#drain(organizationId, pending)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
  }

  #of(organizationId: OrganizationId): Pending {
    let pending = this.#pending.get(organizationId)
    if (pending === undefined) {
      pending = { entries: [], spendings: new Map(), draining: undefined, timer: undefined }
      this.#pending.set(organizationId, pending)
    }
    return pending
  }

  #wake(organizationId: OrganizationId, pending: Pending, ms: number = flushMs): void {
    if (pending.timer !== undefined || pending.draining !== undefined || this.#isClosed) return
    pending.timer = this.clock.after(ms, () => {
      pending.timer = undefined
      void this.#drain(organizationId, pending)
    })
  }

  /** One at a time for an organization. */
  #drain(organizationId: OrganizationId, pending: Pending): Promise<boolean> {
    pending.draining ??= this.#writeAll(organizationId, pending).then((isEmpty) => {
      pending.draining = undefined
      if (!isEmpty) this.#wake(organizationId, pending, retryMs)
      else if (hasMore(pending)) this.#wake(organizationId, pending)
      else this.#pending.delete(organizationId)
      return isEmpty
    })
    return pending.draining
  }

  /** False: it failed, and will be tried again. */
  async #writeAll(organizationId: OrganizationId, pending: Pending): Promise<boolean> {
    while (hasMore(pending)) {
      const entries = pending.entries.splice(0, entriesMax)
      const spendings = [...pending.spendings.values()].slice(0, spendsMax)
      for (const { scope, day } of spendings) pending.spendings.delete(`${scope}/${day}`)
      if (await this.#write(organizationId, entries, spendings)) continue
      pending.entries.unshift(...entries)
      for (const one of spendings) this.#gather(pending, one)
      return false
    }
    return true
  }

  #gather(pending: Pending, { scope, day, spentNano, returnedNano, outsideNano = 0 }: Spending): void {
    const key = `${scope}/${day}`
    const known = pending.spendings.get(key)
    if (known === undefined) pending.spendings.set(key, { scope, day, spentNano, returnedNano, outsideNano })
    else {
      known.spentNano += spentNano
      known.returnedNano += returnedNano
      known.outsideNano = (known.outsideNano ?? 0) + outsideNano
    }
  }

  async #write(organizationId: OrganizationId, entries: LedgerEntry[], spendings: Spending[]): Promise<boolean> {
    const input = { node: this.node, entries, spendings }
    const operationId = newGlobalId('led')
    for (let tries = 1; ; tries++) {
      try {
        // The same id each time: an answer that was lost is not spent twice.
        await this.db.write(recordUsage, organizationId, input, { operationId })
        this.#waiting -= entries.length
        return true
      } catch (error) {
        const isHopeless = error instanceof AppError && error.code === 'invalid'
        if (!isHopeless && tries < triesMax) continue
        this.reportBug(error)
        if (!isHopeless) return false
        // What can never be written must not stand before what can.
        this.#waiting -= entries.length
        this.#lost += entries.length
        return true
      }
    }
  }
}

function hasMore({ entries, spendings }: Pending): boolean {
  return entries.length > 0 || spendings.size > 0
}
