import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { analyticsLimits as limits } from './limits.ts'
import { recordVisits } from './operations/record.ts'
import type { Told } from './operations/told.ts'

export interface GatheringOptions {
  readonly db: Pick<Databases, 'write'>
  readonly reportBug: (error: unknown) => void
  readonly waitingMax?: number
}

/**
 * Beacons on their way to the writer, in memory: gathered for a moment and written many at a time, by organization. What does not
 * fit is dropped and counted. A writer that is away is waited for; what a node that dies has here is lost with it, a quarter of a
 * second of beacons: nobody was told that they are stored.
 */
export class Gathering {
  readonly counts = { recorded: 0, ignored: 0, dropped: 0 }
  readonly #waiting = new Map<OrganizationId, Told[]>()
  readonly #waitingMax: number
  #size = 0
  #writing = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #idle: (() => void)[] = []
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor(private readonly options: GatheringOptions) {
    this.#waitingMax = options.waitingMax ?? limits.waitingMax
  }

  get waiting(): number {
    return this.#size
  }

  /** False: there is no room, and it is dropped. */
  add(told: Told): boolean {
    if (this.#size >= this.#waitingMax || this.#state === 'closed') {
      this.counts.dropped++
      return false
    }
    const organizationId = organizationOf(told.capsuleId)
    const own = this.#waiting.get(organizationId)
    if (own === undefined) this.#waiting.set(organizationId, [told])
    else own.push(told)
    this.#size++
    if (this.#size >= limits.beaconsPerWriteMax && this.#writing === 0) this.#pump()
    else this.#wake()
    return true
  }

  /** Resolves when all that was added before is written or dropped. */
  async flush(): Promise<void> {
    this.#pump()
    if (this.#size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  async close(): Promise<void> {
    this.#state = 'closing'
    await this.flush()
    this.#state = 'closed'
    clearTimeout(this.#timer)
  }

  #wake(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => this.#pump(), limits.flushEveryMs)
    this.#timer.unref()
  }

  /** Organizations in turn, so that none waits for the flood of another. */
  #pump(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#writing < limits.writesAtOnceMax) {
      const [next] = this.#waiting
      if (next === undefined) return
      const [organizationId, own] = next
      const some = own.splice(0, limits.beaconsPerWriteMax)
      this.#waiting.delete(organizationId)
      if (own.length > 0) this.#waiting.set(organizationId, own)
      void this.#write(organizationId, some)
    }
  }

  async #write(organizationId: OrganizationId, beacons: Told[]): Promise<void> {
    this.#writing++
    let again = false
    try {
      const { recorded, ignored } = await this.options.db.write(recordVisits, organizationId, { beacons })
      this.counts.recorded += recorded
      this.counts.ignored += ignored
    } catch (error) {
      again = error instanceof AppError && error.status === 503 && this.#state === 'open'
      if (again) this.#waiting.set(organizationId, [...beacons, ...(this.#waiting.get(organizationId) ?? [])])
      else {
        this.counts.dropped += beacons.length
        if (!(error instanceof AppError)) this.options.reportBug(error)
      }
    }
    this.#writing--
    if (again) return this.#wake()
    this.#size -= beacons.length
    this.#pump()
    if (this.#size > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
