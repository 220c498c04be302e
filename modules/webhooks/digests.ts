import { and, eq, lte, ne } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { Capsules, Responses } from '../capsule/index.ts'
import type { Members, Organizations } from '../organization/index.ts'
import { answersLetter, type CapsuleAnswers, leadLetter, stoppedLetter } from './letters.ts'
import type { Lead } from './messages.ts'
import { awaitDigests, forgetDigest, setDigest, settleDigest } from './operations/digests.ts'
import { sendDigests, tellStopped } from './operations/jobs.ts'
import { type DigestRhythm, digest, webhook } from './schema.ts'

/** What one member wants letters of. */
export interface Wish {
  readonly every: DigestRhythm
  /** A letter for each hot lead, at once. */
  readonly leads: boolean
}

export interface DigestsOptions {
  readonly db: Databases
  readonly jobs: Jobs
  readonly mailer: Mailer
  readonly organizations: Pick<Organizations, 'byId'>
  readonly members: Pick<Members, 'list'>
  readonly capsules: Pick<Capsules, 'get' | 'list'>
  readonly responses: Pick<Responses, 'countAfter' | 'newestPlace'>
  readonly origin: string
  readonly nowMs?: () => number
}

const membersPerPage = 100
const noWish: Wish = { every: 'never', leads: false }

/** Letters to members: what came in since the last one, leads at once, and webhooks that were stopped. */
export class Digests {
  constructor(private readonly options: DigestsOptions) {
    options.jobs.handle(sendDigests, (_, { organizationId }) => this.#sendDue(organizationId))
    options.jobs.handle(tellStopped, ({ webhookId, because }) => this.#tellStopped(webhookId, because))
  }

  wishOf(organizationId: OrganizationId, userId: string): Wish {
    const mine = and(eq(digest.organizationId, organizationId), eq(digest.userId, userId))
    const row = this.options.db.read(organizationId, (tx) => tx.select().from(digest).where(mine).get())
    return row === undefined ? noWish : { every: row.every, leads: row.leads }
  }

  async setWish(organizationId: OrganizationId, userId: string, wish: Wish): Promise<void> {
    const afterRow = this.options.responses.newestPlace(organizationId)
    await this.options.db.write(setDigest, organizationId, { userId, ...wish, afterRow })
  }

  /** A lead became hot: those who want to know at once do. Told again with the same id, nobody gets a second letter. */
  async lead(lead: Lead): Promise<void> {
    const organizationId = organizationOf(lead.capsuleId)
    const wanting = this.options.db.read(organizationId, (tx) =>
      tx
        .select({ userId: digest.userId })
        .from(digest)
        .where(and(eq(digest.organizationId, organizationId), eq(digest.leads, true)))
        .all(),
    )
    if (wanting.length === 0) return
    const { title } = this.options.capsules.get(organizationId, lead.capsuleId)
    const people = this.#people(organizationId)
    for (const { userId } of wanting) {
      const to = people.get(userId)?.email
      if (to === undefined) continue
      await this.options.mailer.send(
        leadLetter(to, title, lead, this.#studio(organizationId)),
        `lead:${lead.id}:${userId}`,
      )
    }
  }

  async #sendDue(organizationId: OrganizationId | null): Promise<void> {
    if (organizationId === null || this.options.organizations.byId(organizationId) === undefined) return
    const nowMs = (this.options.nowMs ?? Date.now)()
    const due = and(eq(digest.organizationId, organizationId), ne(digest.every, 'never'), lte(digest.dueMs, nowMs))
    const rows = this.options.db.read(organizationId, (tx) => tx.select().from(digest).where(due).all())
    const people = this.#people(organizationId)
    for (const { userId, every, afterRow } of rows) {
      const to = people.get(userId)?.email
      if (to === undefined) {
        await this.options.db.write(forgetDigest, organizationId, { userId })
        continue
      }
      // The place first: what comes while the letter is written is in the next one.
      const place = this.options.responses.newestPlace(organizationId)
      const capsules = this.#answered(organizationId, afterRow)
      if (capsules.length > 0) {
        const letter = answersLetter(to, every, capsules, this.#studio(organizationId))
        await this.options.mailer.send(letter, `digest:${organizationId}:${userId}:${place}`)
      }
      await this.options.db.write(settleDigest, organizationId, { userId, afterRow: place })
    }
    await this.options.db.write(awaitDigests, organizationId, {})
  }

  #answered(organizationId: OrganizationId, afterRow: number): CapsuleAnswers[] {
    const answered: CapsuleAnswers[] = []
    let cursor: string | undefined
    do {
      const page = this.options.capsules.list(organizationId, { limit: 100, cursor })
      for (const { id, title } of page.items) {
        const count = this.options.responses.countAfter(id, afterRow)
        if (count > 0) answered.push({ id, title, count })
      }
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return answered.sort((a, b) => b.count - a.count)
  }

  async #tellStopped(webhookId: string, because: string): Promise<void> {
    const organizationId = organizationOf(webhookId)
    const row = this.options.db.read(organizationId, (tx) =>
      tx.select().from(webhook).where(eq(webhook.id, webhookId)).get(),
    )
    if (row === undefined) return
    for (const { email, role } of this.#people(organizationId).values()) {
      if (role !== 'owner') continue
      await this.options.mailer.send(stoppedLetter(email, row, because, this.#studio(organizationId)))
    }
  }

  #people(organizationId: OrganizationId) {
    const people = new Map<string, { readonly email: string; readonly role: string }>()
    let cursor: string | undefined
    do {
      const page = this.options.members.list(organizationId, membersPerPage, cursor)
      for (const { userId, email, role } of page.items) people.set(userId, { email, role })
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return people
  }

  #studio(organizationId: OrganizationId): string {
    return `${this.options.origin}/studio/o/${this.options.organizations.byId(organizationId)?.slug ?? ''}`
  }
}
