import type { Databases } from '../../../src/db/database.ts'
import { newGlobalId, type OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import type { Clock } from '../clock.ts'
import { limits } from '../limits.ts'
import { entriesMax, type LedgerEntry, recordUsage, type Spending } from '../operations/budgets.ts'

/** How long an entry waits for others, so that a commit carries many. */
const flushMs = 250
const retryMs = 1_000

interface Pending {
  entries: LedgerEntry[]
  spendings: Map<string, Spending>
  flushing: Promise<void> | undefined
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

  spend(organizationId: OrganizationId, { scope, day, spentNano, returnedNano }: Spending): void {
    const pending = this.#of(organizationId)
    const key = `${scope}/${day}`
    const known = pending.spendings.get(key)
    pending.spendings.set(key, {
      scope,
      day,
      spentNano: (known?.spentNano ?? 0) + spentNano,
      returnedNano: (known?.returnedNano ?? 0) + returnedNano,
    })
    this.#wake(organizationId, pending)
  }

  /** Writes all that waits. */
  async flush(): Promise<void> {
    for (const [organizationId, pending] of [...this.#pending]) {
      while (pending.entries.length > 0 || pending.spendings.size > 0 || pending.flushing !== undefined) {
        if (!(await this.#flush(organizationId, pending))) break
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const pending of this.#pending.values()) pending.timer?.()
    await this.flush()
  }

  #of(organizationId: OrganizationId): Pending {
    let pending = this.#pending.get(organizationId)
    if (pending === undefined) {
      pending = { entries: [], spendings: new Map(), flushing: undefined, timer: undefined }
      this.#pending.set(organizationId, pending)
    }
    return pending
  }

  #wake(organizationId: OrganizationId, pending: Pending, ms: number = flushMs): void {
    if (pending.timer !== undefined || pending.flushing !== undefined || this.#isClosed) return
    pending.timer = this.clock.after(ms, () => {
      pending.timer = undefined
      void this.#flush(organizationId, pending)
    })
  }

  /** One write at a time for an organization. False: it failed, and will be tried again. */
  async #flush(organizationId: OrganizationId, pending: Pending): Promise<boolean> {
    await pending.flushing
    const entries = pending.entries.splice(0, entriesMax)
    const spendings = [...pending.spendings.values()]
    pending.spendings.clear()
    if (entries.length === 0 && spendings.length === 0) return true
    const write = this.#write(organizationId, pending, entries, spendings)
    pending.flushing = write.then(() => {
      pending.flushing = undefined
    })
    return write
  }

  async #write(
    organizationId: OrganizationId,
    pending: Pending,
    entries: LedgerEntry[],
    spendings: Spending[],
  ): Promise<boolean> {
    const input = { node: this.node, entries, spendings }
    const operationId = newGlobalId('led')
    for (let tries = 0; tries < 3; tries++) {
      try {
        // The same id each time: an answer that was lost is not spent twice.
        await this.db.write(recordUsage, organizationId, input, { operationId })
        this.#waiting -= entries.length
        if (pending.entries.length > 0) queueMicrotask(() => this.#wake(organizationId, pending, 0))
        else if (pending.spendings.size > 0) queueMicrotask(() => this.#wake(organizationId, pending))
        return true
      } catch (error) {
        const isHopeless = error instanceof AppError && error.code === 'invalid'
        if (tries === 2 || isHopeless) this.reportBug(error)
        // What can never be written must not stand before what can.
        if (isHopeless) {
          this.#waiting -= entries.length
          this.#lost += entries.length
          return true
        }
      }
    }
    pending.entries.unshift(...entries)
    for (const one of spendings) this.spend(organizationId, one)
    queueMicrotask(() => this.#wake(organizationId, pending, retryMs))
    return false
  }
}
