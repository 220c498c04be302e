import { LRUCache } from 'lru-cache'
import { entries } from '../../src/cache/entries.ts'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Capsules, capsuleChanged, type Documents } from '../capsule/index.ts'

const keptMax = 5_000

export interface PublishedCapsule {
  readonly organizationId: OrganizationId
  readonly pages: ReadonlySet<string>
  readonly firstPage: string
}

/** The capsules that visitors see now, with their pages; from memory until one changes. */
export class PublishedCapsules {
  readonly #known = new LRUCache<string, PublishedCapsule>(entries(keptMax))

  constructor(
    db: Pick<Databases, 'changes'>,
    private readonly capsules: Pick<Capsules, 'get'>,
    private readonly documents: Pick<Documents, 'once'>,
  ) {
    db.changes.onApplied(capsuleChanged, ({ subject }) => this.#known.delete(subject))
  }

  /** Undefined for what nobody can visit, whether it exists or not. */
  of(capsuleId: string): PublishedCapsule | undefined {
    const known = this.#known.get(capsuleId)
    if (known !== undefined) return known
    const found = this.#find(capsuleId)
    if (found !== undefined) this.#known.set(capsuleId, found)
    return found
  }

  #find(capsuleId: string): PublishedCapsule | undefined {
    try {
      const organizationId = organizationOf(capsuleId)
      const row = this.capsules.get(organizationId, capsuleId)
      if (row.state !== 'published' || row.publishedVersion === null) return undefined
      const document = this.documents.once(capsuleId, row.publishedVersion)
      if (document === undefined) return undefined
      const pages = document.pages.map(({ id }) => id)
      return { organizationId, pages: new Set(pages), firstPage: pages[0] ?? '' }
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined
      throw error
    }
  }
}
