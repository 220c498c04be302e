import { and, eq, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import type { Page } from '../../src/http/paging.ts'
import { type ListQuery, listCapsules } from './catalogue.ts'
import { parseDocument } from './document/parse.ts'
import type { CapsuleDocument, Theme } from './document/schema.ts'
import { changeCapsule, createCapsule } from './operations/capsules.ts'
import { saveDraft } from './operations/drafts.ts'
import { moveCapsule } from './operations/lifecycle.ts'
import { absent, type CapsuleRow, capsuleRow, draftRow } from './operations/rows.ts'
import { slugRedirect } from './schema.ts'
import { checkSlug, slugOf } from './slugs.ts'
import { checkTitle, copyTitle } from './titles.ts'

export interface NewCapsule {
  readonly title: string
  readonly slug?: string | undefined
  readonly draft?: unknown
}

export interface Draft {
  readonly revision: number
  readonly document: CapsuleDocument
}

export interface CapsuleChange {
  readonly title?: string | undefined
  readonly slug?: string | undefined
  readonly theme?: Theme | undefined
}

/** The revision, or the revisions, that a change is based on; null: whatever the draft is at. */
export type Expected = number | readonly number[] | null

const emptyDocument: CapsuleDocument = { format: 1, pages: [{ id: 'start', blocks: [] }] }
const redirect = statement((tx) =>
  tx
    .select({ capsuleId: slugRedirect.capsuleId })
    .from(slugRedirect)
    .where(
      and(
        eq(slugRedirect.organizationId, sql.placeholder('organizationId')),
        eq(slugRedirect.slug, sql.placeholder('slug')),
      ),
    )
    .prepare(),
)

/** Capsules and their drafts. */
export class Capsules {
  constructor(private readonly db: Databases) {}

  /**
   * @param place where the draft stands in the body that its faults are told of.
   * @throws AppError invalid with the fault's place; conflict when the slug given is taken.
   */
  create(
    organizationId: OrganizationId,
    input: NewCapsule,
    operationId?: string,
    place = '/draft',
  ): Promise<CapsuleRow> {
    const document = input.draft === undefined ? emptyDocument : parseDocument(input.draft, place)
    const title = checkTitle(input.title)
    const slug = input.slug === undefined ? slugOf(title) : checkSlug(input.slug)
    return this.db.write(
      createCapsule,
      organizationId,
      {
        id: newId('cap', organizationId),
        title,
        slug,
        slugGiven: input.slug !== undefined,
        document: JSON.stringify(document),
      },
      operationId === undefined ? {} : { operationId },
    )
  }

  /** @throws AppError not-found, also for what belongs to another organization. */
  get(organizationId: OrganizationId, id: string): CapsuleRow {
    if (organizationOf(id) !== organizationId) throw absent()
    return this.db.read(organizationId, (tx) => capsuleRow(tx, organizationId, id))
  }

  /** Newest first. */
  list(organizationId: OrganizationId, query: ListQuery): Page<CapsuleRow> {
    return listCapsules(this.db, organizationId, query)
  }

  /** All of the change or none of it. @throws AppError invalid; conflict when the slug is taken. */
  change(organizationId: OrganizationId, id: string, change: CapsuleChange): Promise<CapsuleRow> {
    this.#own(organizationId, id)
    return this.db.write(changeCapsule, organizationId, {
      id,
      ...(change.title !== undefined && { title: checkTitle(change.title) }),
      ...(change.slug !== undefined && { slug: checkSlug(change.slug) }),
      ...(change.theme !== undefined && { theme: change.theme }),
    })
  }

  /** @throws AppError gone for an `undelete` after 30 days. */
  move(
    organizationId: OrganizationId,
    id: string,
    move: 'archive' | 'unarchive' | 'delete' | 'undelete',
  ): Promise<CapsuleRow> {
    this.#own(organizationId, id)
    return this.db.write(moveCapsule, organizationId, { id, move })
  }

  /** A new capsule with this one's draft. */
  copy(organizationId: OrganizationId, id: string, operationId?: string): Promise<CapsuleRow> {
    const { title } = this.get(organizationId, id)
    const { document } = this.draft(organizationId, id)
    return this.create(organizationId, { title: copyTitle(title), draft: document }, operationId)
  }

  draft(organizationId: OrganizationId, id: string): Draft {
    const { revision, text } = this.draftText(organizationId, id)
    return { revision, document: JSON.parse(text) as CapsuleDocument }
  }

  /** The draft as it is stored, for an answer that holds it whole. */
  draftText(organizationId: OrganizationId, id: string): { readonly revision: number; readonly text: string } {
    this.#own(organizationId, id)
    return this.db.read(organizationId, (tx) => {
      capsuleRow(tx, organizationId, id)
      const { revision, document } = draftRow(tx, id)
      return { revision, text: document }
    })
  }

  /** @returns the new revision. @throws AppError precondition-failed when somebody else saved meanwhile. */
  saveDraft(organizationId: OrganizationId, id: string, expected: Expected, document: unknown): Promise<number> {
    this.get(organizationId, id)
    const parsed = parseDocument(document)
    return this.db.write(saveDraft, organizationId, {
      id,
      expected: revisions(expected),
      document: JSON.stringify(parsed),
    })
  }

  /** Where a slug that a capsule had before leads now. */
  movedTo(organizationId: OrganizationId, slug: string): CapsuleRow | undefined {
    return this.db.read(organizationId, (tx) => {
      const found = redirect(tx).get({ organizationId, slug })
      if (found === undefined) return undefined
      const row = capsuleRow(tx, organizationId, found.capsuleId, true)
      return row.state === 'deleted' ? undefined : row
    })
  }

  #own(organizationId: OrganizationId, id: string): void {
    if (organizationOf(id) !== organizationId) throw absent()
  }
}

export function revisions(expected: Expected): number[] | null {
  return expected === null ? null : typeof expected === 'number' ? [expected] : [...expected]
}
