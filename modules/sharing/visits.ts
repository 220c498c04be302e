import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { limits } from './limits.ts'
import { addVisits } from './operations/codes.ts'

const linksPerOperation = 200

/** Visits by share links, counted in memory and stored together: a GET never writes. */
export class LinkVisits {
  #waiting = new Map<string, number>()
  readonly #timer: ReturnType<typeof setInterval>

  constructor(private readonly databases: Pick<Databases, 'write'>) {
    this.#timer = setInterval(() => void this.store().catch(() => {}), limits.visitsEveryMs)
    this.#timer.unref()
  }

  /** Past the limit visits go uncounted; nobody waits for a count. */
  add(linkId: string): void {
    const before = this.#waiting.get(linkId)
    if (before === undefined && this.#waiting.size >= limits.visitedLinksMax) return
    this.#waiting.set(linkId, (before ?? 0) + 1)
  }

  async store(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    const byOwner = Map.groupBy(waiting, ([id]) => organizationOf(id))
    for (const [organizationId, counted] of byOwner) await this.#storeOf(organizationId, counted)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.store().catch(() => {})
  }

  /** What could not be stored is kept for the next time. */
  async #storeOf(organizationId: OrganizationId, counted: readonly (readonly [string, number])[]): Promise<void> {
    for (let at = 0; at < counted.length; at += linksPerOperation) {
      const some = counted.slice(at, at + linksPerOperation)
      try {
        await this.databases.write(addVisits, organizationId, { links: some.map(([id, visits]) => ({ id, visits })) })
      } catch {
        for (const [id, visits] of some) this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + visits)
      }
    }
  }
}
