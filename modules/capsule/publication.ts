import { and, desc, eq, lt } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { paged } from '../../src/http/paging.ts'
import { type Capsules, type Expected, revisions } from './capsules.ts'
import type { CapsuleDocument } from './document/schema.ts'
import type { Documents } from './documents.ts'
import { type Published, publishCapsule, restoreVersion, unpublishCapsule } from './operations/publication.ts'
import { capsuleBySlug } from './operations/rows.ts'
import { version } from './schema.ts'

export interface VersionSummary {
  readonly number: number
  readonly publishedAt: number
  readonly publishedBy: string
}

/** What stands at an address that visitors open. */
export type AtAddress =
  | {
      readonly state: 'found'
      readonly capsuleId: string
      readonly slug: string
      readonly title: string
      readonly version: number
      readonly document: CapsuleDocument
    }
  | { readonly state: 'moved'; readonly slug: string }
  | { readonly state: 'gone' }
  | { readonly state: 'absent' }

/** What visitors see: publications and the versions they made. */
export class Publications {
  constructor(
    private readonly db: Databases,
    private readonly capsules: Capsules,
    private readonly documents: Documents,
  ) {}

  /** @throws AppError not-found; conflict for an archived capsule. */
  async publish(organizationId: OrganizationId, id: string, by: string, operationId?: string): Promise<Published> {
    this.capsules.get(organizationId, id)
    return this.db.write(publishCapsule, organizationId, { id, by }, operationId === undefined ? {} : { operationId })
  }

  async unpublish(organizationId: OrganizationId, id: string): Promise<void> {
    this.capsules.get(organizationId, id)
    await this.db.write(unpublishCapsule, organizationId, { id })
  }

  /** Newest first. The cursor is the last number of the page before. */
  versions(organizationId: OrganizationId, id: string, limit: number, cursor: number | undefined) {
    this.capsules.get(organizationId, id)
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select({ number: version.number, publishedAt: version.publishedMs, publishedBy: version.publishedBy })
        .from(version)
        .where(and(eq(version.capsuleId, id), cursor === undefined ? undefined : lt(version.number, cursor)))
        .orderBy(desc(version.number))
        .limit(limit + 1)
        .all(),
    )
    return paged<VersionSummary>(rows, limit, (last) => String(last.number))
  }

  /** @throws AppError not-found. */
  version(organizationId: OrganizationId, id: string, number: number): CapsuleDocument {
    this.capsules.get(organizationId, id)
    return this.documents.version(id, number) ?? noVersion(number)
  }

  /** The document as it is stored, for an answer that holds it whole. @throws AppError not-found. */
  versionText(organizationId: OrganizationId, id: string, number: number): string {
    this.capsules.get(organizationId, id)
    return this.documents.versionText(id, number) ?? noVersion(number)
  }

  /**
   * Copies a version into the draft. Returns the draft's new revision.
   * @throws AppError not-found; precondition-failed as a save does.
   */
  async restore(
    organizationId: OrganizationId,
    id: string,
    number: number,
    expected: Expected = null,
    operationId?: string,
  ): Promise<number> {
    this.capsules.get(organizationId, id)
    return this.db.write(
      restoreVersion,
      organizationId,
      { id, number, expected: revisions(expected) },
      operationId === undefined ? {} : { operationId },
    )
  }

  at(organizationId: OrganizationId, slug: string): AtAddress {
    const row = this.db.read(organizationId, (tx) => capsuleBySlug(tx, organizationId, slug))
    if (row === undefined) {
      const moved = this.capsules.movedTo(organizationId, slug)
      return moved === undefined ? { state: 'absent' } : { state: 'moved', slug: moved.slug }
    }
    if (row.state === 'archived') return { state: 'gone' }
    const document = row.publishedVersion === null ? undefined : this.documents.version(row.id, row.publishedVersion)
    if (row.state !== 'published' || row.publishedVersion === null || document === undefined) return { state: 'absent' }
    return {
      state: 'found',
      capsuleId: row.id,
      slug: row.slug,
      title: row.title,
      version: row.publishedVersion,
      document,
    }
  }
}

function noVersion(number: number): never {
  throw new AppError('not-found', `There is no version ${number} of this capsule.`)
}
