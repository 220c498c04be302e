import { and, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { statement, type Tx } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { parseDocument } from './document/parse.ts'
import type { CapsuleDocument, Theme } from './document/schema.ts'
import { createCapsule, moveCapsule, renameCapsule, saveDraft } from './operations/capsules.ts'
import { absent, type CapsuleRow, capsuleRow, draftRow } from './operations/rows.ts'
import { type CapsuleState, capsule, slugRedirect } from './schema.ts'
import { checkSlug, slugOf } from './slugs.ts'

export const listLimitMax = 100

export interface NewCapsule {
  readonly title: string
  readonly slug?: string | undefined
  readonly draft?: unknown
}

export interface Draft {
  readonly revision: number
  readonly document: CapsuleDocument
}

export interface ListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly state?: Exclude<CapsuleState, 'deleted'> | undefined
}

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

  /** @throws AppError invalid with the fault's place; conflict when the slug given is taken. */
  create(organizationId: OrganizationId, input: NewCapsule, operationId?: string): Promise<CapsuleRow> {
    const document = input.draft === undefined ? emptyDocument : parseDraft(input.draft, '/draft')
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

  /** Newest first. The cursor is the last id of the page before. */
  list(organizationId: OrganizationId, query: ListQuery): { items: CapsuleRow[]; nextCursor: string | null } {
    const conditions: (SQL | undefined)[] = [
      eq(capsule.organizationId, organizationId),
      query.state === undefined ? ne(capsule.state, sql.raw("'deleted'")) : eq(capsule.state, query.state),
      query.cursor === undefined ? undefined : lt(capsule.id, query.cursor),
    ]
    const rows = this.db.read(organizationId, (tx: Tx) =>
      tx
        .select()
        .from(capsule)
        .where(and(...conditions))
        .orderBy(desc(capsule.id))
        .limit(query.limit + 1)
        .all(),
    )
    const items = rows.slice(0, query.limit)
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
  }

  async change(
    organizationId: OrganizationId,
    id: string,
    change: { title?: string | undefined; slug?: string | undefined; theme?: Theme | undefined },
  ): Promise<CapsuleRow> {
    this.get(organizationId, id)
    if (change.theme !== undefined) await this.#setTheme(organizationId, id, change.theme)
    return this.db.write(renameCapsule, organizationId, {
      id,
      ...(change.title !== undefined && { title: checkTitle(change.title) }),
      ...(change.slug !== undefined && { slug: checkSlug(change.slug) }),
    })
  }

  move(
    organizationId: OrganizationId,
    id: string,
    move: 'archive' | 'unarchive' | 'delete' | 'undelete',
  ): Promise<CapsuleRow> {
    if (organizationOf(id) !== organizationId) throw absent()
    return this.db.write(moveCapsule, organizationId, { id, move })
  }

  async copy(organizationId: OrganizationId, id: string): Promise<CapsuleRow> {
    const { title } = this.get(organizationId, id)
    const { document } = this.draft(organizationId, id)
    return this.create(organizationId, { title: `${title} (copy)`.slice(0, 200), draft: document })
  }

  draft(organizationId: OrganizationId, id: string): Draft {
    this.get(organizationId, id)
    const row = this.db.read(organizationId, (tx) => draftRow(tx, id))
    return { revision: row.revision, document: JSON.parse(row.document) as CapsuleDocument }
  }

  /**
   * @param revision the revision that the change is based on; null: whatever it is.
   * @returns the new revision. @throws AppError precondition-failed when somebody else saved meanwhile.
   */
  saveDraft(organizationId: OrganizationId, id: string, revision: number | null, document: unknown): Promise<number> {
    this.get(organizationId, id)
    const parsed = parseDocument(document)
    return this.db.write(saveDraft, organizationId, { id, revision, document: JSON.stringify(parsed) })
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

  async #setTheme(organizationId: OrganizationId, id: string, theme: Theme): Promise<void> {
    const { revision, document } = this.draft(organizationId, id)
    await this.saveDraft(organizationId, id, revision, { ...document, theme })
  }
}

function checkTitle(title: string): string {
  const trimmed = title.trim()
  const fault =
    trimmed === ''
      ? 'must not be empty'
      : !trimmed.isWellFormed() || /\p{Cc}/u.test(trimmed)
        ? 'holds characters that no title has'
        : undefined
  if (fault === undefined) return trimmed
  throw new AppError('invalid', `The title ${fault}.`, { faults: [{ pointer: '/title', message: fault }] })
}

/** A document inside a larger body: its faults are told from the body's root. */
function parseDraft(draft: unknown, pointer: string): CapsuleDocument {
  try {
    return parseDocument(draft)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const faults = error.faults.map((fault) => ({ ...fault, pointer: pointer + fault.pointer }))
    throw new AppError(error.code, error.message, { faults })
  }
}
