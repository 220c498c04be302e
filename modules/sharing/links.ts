import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import { entries } from '../../src/cache/entries.ts'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import type { Capsules, Responses } from '../capsule/index.ts'
import { accessChanged } from './events.ts'
import { checkGate, type EmailGate } from './gate.ts'
import { limits } from './limits.ts'
import { absentLink, changeLink, createLink, deleteLink, forgetCapsule, revokeLink } from './operations/links.ts'
import { type ShareLinkRow, shareGuest, shareLink, shareVisit } from './schema.ts'

const cachedMax = 20_000

/** Hashes passwords as those of accounts are. */
export interface Hashes {
  hash(password: string): Promise<string>
  verify(password: string, hash: string): Promise<boolean>
}

/** What an owner sets of a link. */
export interface LinkSettings {
  readonly name: string
  readonly password: string | null
  /** UTC milliseconds. */
  readonly expiresAt: number | null
  readonly emailGate: EmailGate | null
  readonly downloads: boolean
}

/** A link with what came of it. */
export interface CountedLink extends ShareLinkRow {
  readonly visits: number
  readonly lastVisitMs: number | null
  readonly answers: number
}

export interface Guest {
  readonly email: string
  readonly visits: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface ShareLinksDeps {
  readonly databases: Databases
  readonly capsules: Pick<Capsules, 'get'>
  readonly responses: Pick<Responses, 'answersByLink'>
  readonly hashes: Hashes
}

/** The share links of capsules: what their owners make, and what came of them. */
export class ShareLinks {
  readonly #known = new LRUCache<string, { readonly row: ShareLinkRow | undefined }>(entries(cachedMax))

  constructor(private readonly deps: ShareLinksDeps) {
    deps.databases.changes.onApplied(accessChanged, ({ payload }) => {
      if (payload.link !== null) this.#known.delete(payload.link)
    })
  }

  /** By its id alone, whoever asks: an id cannot be guessed. */
  find(id: string): ShareLinkRow | undefined {
    const known = this.#known.get(id)
    if (known !== undefined) return known.row
    const row = this.#read(id)
    if (row !== undefined) this.#known.set(id, { row })
    return row
  }

  /** Oldest first. */
  list(organizationId: OrganizationId, capsuleId: string, limit: number, cursor = ''): Page<CountedLink> {
    this.deps.capsules.get(organizationId, capsuleId)
    const rows = this.deps.databases.read(organizationId, (tx) =>
      tx
        .select()
        .from(shareLink)
        .where(and(eq(shareLink.capsuleId, capsuleId), gt(shareLink.id, cursor)))
        .orderBy(asc(shareLink.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    return { ...page, items: this.#counted(organizationId, capsuleId, page.items) }
  }

  /** @throws AppError not-found. */
  get(organizationId: OrganizationId, capsuleId: string, id: string): CountedLink {
    this.deps.capsules.get(organizationId, capsuleId)
    const row = this.find(id)
    if (row?.capsuleId !== capsuleId || row.organizationId !== organizationId) throw absentLink()
    const [counted] = this.#counted(organizationId, capsuleId, [row])
    if (counted === undefined) throw absentLink()
    return counted
  }

  /** @throws AppError invalid with the places of what is not right; conflict at the capsule's limit. */
  async create(
    organizationId: OrganizationId,
    capsuleId: string,
    settings: LinkSettings,
    createdBy: string,
    operationId?: string,
  ): Promise<CountedLink> {
    this.deps.capsules.get(organizationId, capsuleId)
    const row = await this.deps.databases.write(
      createLink,
      organizationId,
      { id: newId('lnk', organizationId), capsuleId, createdBy, ...(await this.#checked(settings)) },
      operationId === undefined ? {} : { operationId },
    )
    return { ...row, visits: 0, lastVisitMs: null, answers: 0 }
  }

  /** @throws AppError not-found; invalid with the places of what is not right. */
  async change(
    organizationId: OrganizationId,
    capsuleId: string,
    id: string,
    change: Partial<LinkSettings>,
  ): Promise<CountedLink> {
    const { visits, lastVisitMs, answers } = this.get(organizationId, capsuleId, id)
    const checked = await this.#checked(change)
    const row = await this.deps.databases.write(changeLink, organizationId, { id, capsuleId, ...checked })
    return { ...row, visits, lastVisitMs, answers }
  }

  /** Ends a link at once, also for who has the capsule open; or lets it live again. @throws AppError not-found. */
  async setRevoked(organizationId: OrganizationId, capsuleId: string, id: string, revoked: boolean): Promise<void> {
    this.get(organizationId, capsuleId, id)
    await this.deps.databases.write(revokeLink, organizationId, { id, capsuleId, revoked })
  }

  async remove(organizationId: OrganizationId, capsuleId: string, id: string): Promise<void> {
    this.get(organizationId, capsuleId, id)
    while ((await this.deps.databases.write(deleteLink, organizationId, { id, capsuleId })) === 'more') {}
  }

  /** Addresses that were proven at a link, by their letters. */
  guests(organizationId: OrganizationId, capsuleId: string, id: string, limit: number, cursor = ''): Page<Guest> {
    this.get(organizationId, capsuleId, id)
    const rows = this.deps.databases.read(organizationId, (tx) =>
      tx
        .select()
        .from(shareGuest)
        .where(and(eq(shareGuest.linkId, id), gt(shareGuest.email, cursor)))
        .orderBy(asc(shareGuest.email))
        .limit(limit + 1)
        .all(),
    )
    const guests = rows.map(({ email, visits, firstMs, lastMs }) => ({
      email,
      visits,
      firstAt: firstMs,
      lastAt: lastMs,
    }))
    return paged(guests, limit, (last) => last.email)
  }

  /** Removes the links of a capsule that is gone for ever, and what they counted. */
  async forget(capsuleId: string): Promise<void> {
    while ((await this.deps.databases.write(forgetCapsule, organizationOf(capsuleId), { capsuleId })) === 'more') {}
  }

  #read(id: string): ShareLinkRow | undefined {
    try {
      const organizationId = organizationOf(id)
      const row = this.deps.databases.read(organizationId, (tx) =>
        tx.select().from(shareLink).where(eq(shareLink.id, id)).get(),
      )
      return row?.organizationId === organizationId ? row : undefined
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined
      throw error
    }
  }

  #counted(organizationId: OrganizationId, capsuleId: string, rows: readonly ShareLinkRow[]): CountedLink[] {
    if (rows.length === 0) return []
    const ids = rows.map(({ id }) => id)
    const answers = this.deps.responses.answersByLink(capsuleId, ids)
    const visits = this.deps.databases.read(organizationId, (tx) =>
      tx.select().from(shareVisit).where(inArray(shareVisit.linkId, ids)).all(),
    )
    return rows.map((row) => {
      const counted = visits.find(({ linkId }) => linkId === row.id)
      return {
        ...row,
        visits: counted?.visits ?? 0,
        lastVisitMs: counted?.lastMs ?? null,
        answers: answers.get(row.id) ?? 0,
      }
    })
  }

  async #checked<S extends Partial<LinkSettings>>({ name, password, expiresAt, emailGate, downloads }: S) {
    return {
      ...(name !== undefined && { name: checkName(name) }),
      ...(expiresAt !== undefined && { expiresMs: expiresAt }),
      ...(emailGate !== undefined && { gate: emailGate === null ? null : JSON.stringify(checkGate(emailGate)) }),
      ...(downloads !== undefined && { downloads }),
      ...(password !== undefined && {
        passwordHash: password === null ? null : await this.deps.hashes.hash(checkPassword(password)),
      }),
    } as Checked<S>
  }
}

/** What is stored of the settings that were given. */
type Checked<S> = S extends LinkSettings ? StoredSettings : Partial<StoredSettings>
type StoredSettings = Pick<ShareLinkRow, 'name' | 'passwordHash' | 'expiresMs' | 'gate' | 'downloads'>

/** Whether and why a link lets nobody in. */
export function stateOf({ revokedMs, expiresMs }: ShareLinkRow, nowMs: number): 'active' | 'expired' | 'revoked' {
  if (revokedMs !== null) return 'revoked'
  return expiresMs !== null && expiresMs <= nowMs ? 'expired' : 'active'
}

export function gateOf({ gate }: Pick<ShareLinkRow, 'gate'>): EmailGate | null {
  return gate === null ? null : (JSON.parse(gate) as EmailGate)
}

function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed !== '' && trimmed.isWellFormed() && !/\p{Cc}/u.test(trimmed)) return trimmed
  const message = 'is empty or holds characters that no name has'
  throw new AppError('invalid', `The name ${message}.`, { faults: [{ pointer: '/name', message }] })
}

function checkPassword(password: string): string {
  const { passwordLengthMin: least, passwordLengthMax: most } = limits
  if (password.isWellFormed() && password.length >= least && password.length <= most) return password
  const message = `has ${least} to ${most} characters`
  throw new AppError('invalid', `The password of a link ${message}.`, {
    faults: [{ pointer: '/password', message }],
  })
}
