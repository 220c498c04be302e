import { eq } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import { entries } from '../../src/cache/entries.ts'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Admission, type Admissions, type Capsules, publicAdmission } from '../capsule/index.ts'
import { accessChanged } from './events.ts'
import { permits } from './gate.ts'
import { gateOf, type ShareLinks, stateOf } from './links.ts'
import { setAccess } from './operations/links.ts'
import type { Pass, Passes } from './passes.ts'
import { capsuleAccess, type ShareLinkRow } from './schema.ts'

const cachedMax = 50_000

export interface AccessDeps {
  readonly databases: Databases
  readonly capsules: Pick<Capsules, 'get'>
  readonly links: Pick<ShareLinks, 'find'>
  readonly passes: Passes
  readonly nowMs: () => number
}

/** Who may see which capsule: everybody a public one, and a private one whoever has come by one of its links. */
export class CapsuleAccess implements Admissions {
  readonly #private = new LRUCache<string, boolean>(entries(cachedMax))

  constructor(private readonly deps: AccessDeps) {
    deps.databases.changes.onApplied(accessChanged, ({ subject }) => void this.#private.delete(subject))
  }

  /** @throws AppError forbidden, with what to do. */
  admit(capsuleId: string, request: Request): Admission {
    const isPrivate = this.isPrivate(capsuleId)
    const pass = this.deps.passes.of(request, capsuleId)
    const link = pass === undefined ? undefined : this.#linkOf(capsuleId, pass)
    if (pass !== undefined && link !== undefined) {
      return {
        way: { linkId: link.id, email: pass.email, round: link.round },
        isPrivate,
        downloads: link.downloads,
        untilMs: Math.min(pass.untilMs, link.expiresMs ?? pass.untilMs),
      }
    }
    if (!isPrivate) return publicAdmission
    throw new AppError(
      'forbidden',
      this.deps.passes.isBrought(request, capsuleId)
        ? 'The link that you came by has ended. Ask whoever sent it to you for another one.'
        : 'This capsule is private. Open the link that you were sent.',
    )
  }

  stands(capsuleId: string, { way }: Admission): boolean {
    if (!this.isPrivate(capsuleId)) return true
    return way !== undefined && this.#linkOf(capsuleId, way) !== undefined
  }

  isPrivate(capsuleId: string): boolean {
    const known = this.#private.get(capsuleId)
    if (known !== undefined) return known
    try {
      const organizationId = organizationOf(capsuleId)
      const row = this.deps.databases.read(organizationId, (tx) =>
        tx.select().from(capsuleAccess).where(eq(capsuleAccess.capsuleId, capsuleId)).get(),
      )
      const isPrivate = row?.private ?? false
      this.#private.set(capsuleId, isPrivate)
      return isPrivate
    } catch (error) {
      // What is no capsule of ours is for whoever looks for it to refuse.
      if (error instanceof AppError && error.code === 'not-found') return false
      throw error
    }
  }

  async setPrivate(organizationId: OrganizationId, capsuleId: string, isPrivate: boolean): Promise<void> {
    this.deps.capsules.get(organizationId, capsuleId)
    await this.deps.databases.write(setAccess, organizationId, { capsuleId, private: isPrivate })
  }

  /** The link of a pass, while both are good. */
  #linkOf(capsuleId: string, { linkId, round, email }: Omit<Pass, 'untilMs'>): ShareLinkRow | undefined {
    const link = this.deps.links.find(linkId)
    return link?.round === round && this.#isOpen(capsuleId, link, email) ? link : undefined
  }

  #isOpen(capsuleId: string, link: ShareLinkRow, email: string | null): boolean {
    if (link.capsuleId !== capsuleId || stateOf(link, this.deps.nowMs()) !== 'active') return false
    const gate = gateOf(link)
    return gate === null || (email !== null && permits(gate, email))
  }
}
