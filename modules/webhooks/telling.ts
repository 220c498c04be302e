import { and, eq, sql } from 'drizzle-orm'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { type Capsules, type Responses, responsesReceived } from '../capsule/index.ts'
import { limits } from './limits.ts'
import { answerMessage, type Lead, leadMessage } from './messages.ts'
import { tellAnswers, tellMessage } from './operations/deliveries.ts'
import { webhook, webhookTold } from './schema.ts'

const listening = statement((tx) =>
  tx
    .select({ id: webhook.id })
    .from(webhook)
    .where(and(eq(webhook.organizationId, sql.placeholder('organizationId')), eq(webhook.state, 'active')))
    .limit(1)
    .prepare(),
)

export interface TellingOptions {
  readonly db: LocalDatabases
  readonly capsules: Pick<Capsules, 'get' | 'list'>
  readonly responses: Pick<Responses, 'after' | 'newestPlace'>
  /** Where visitors find a capsule. */
  readonly urlOf: (capsule: ReturnType<Capsules['get']>) => string
  readonly reportBug: (error: unknown) => void
}

/**
 * Makes deliveries of what was confirmed. How far a capsule's answers were told is a row of the same database, written with
 * the deliveries: a primary that ends in between, or hands over, leaves nothing untold and nothing told twice.
 */
export class Telling {
  /** Capsules that are told of now, and whether more came meanwhile. */
  readonly #running = new Map<string, { again: boolean; readonly done: Promise<void> }>()

  constructor(private readonly options: TellingOptions) {
    options.db.changes.onConfirmed(responsesReceived, ({ subject }) => this.#answered(subject))
  }

  /** This node writes from now on: what was confirmed and never told is told. */
  async begin(): Promise<void> {
    const { db } = this.options
    for (const database of db.names.filter((name) => name !== 'directory')) {
      const rows = db.readFrom(database, (tx) =>
        tx.selectDistinct({ id: webhook.organizationId }).from(webhook).where(eq(webhook.state, 'active')).all(),
      )
      for (const { id } of rows) await this.#catchUp(id as OrganizationId)
    }
  }

  /** A lead became hot; told once by its id. */
  async lead(lead: Lead): Promise<void> {
    const organizationId = organizationOf(lead.capsuleId)
    if (!this.#isListening(organizationId)) return
    const message = leadMessage(this.#named(organizationId, lead.capsuleId), lead)
    await this.options.db.write(tellMessage, organizationId, { message })
  }

  /** What is under way has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done))
  }

  async #catchUp(organizationId: OrganizationId): Promise<void> {
    let cursor: string | undefined
    do {
      const page = this.options.capsules.list(organizationId, { limit: 100, cursor })
      for (const { id } of page.items) this.#answered(id)
      await this.settled()
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }

  #answered(capsuleId: string): void {
    if (!this.options.db.isPrimary) return
    const running = this.#running.get(capsuleId)
    if (running !== undefined) running.again = true
    else if (this.#isListening(organizationOf(capsuleId))) this.#tell(capsuleId)
  }

  #tell(capsuleId: string): void {
    const state = { again: false }
    const done = this.#tellAll(capsuleId)
      .catch((error: unknown) => {
        // A primary that is one no longer, or a disk that is full: whoever writes next begins anew.
        if (!(error instanceof AppError)) this.options.reportBug(error)
      })
      .then(() => {
        const again = this.#running.get(capsuleId)?.again === true
        this.#running.delete(capsuleId)
        if (again) this.#tell(capsuleId)
      })
    this.#running.set(capsuleId, Object.assign(state, { done }))
  }

  async #tellAll(capsuleId: string): Promise<void> {
    const { db, responses } = this.options
    const organizationId = organizationOf(capsuleId)
    for (;;) {
      const after = this.#told(organizationId, capsuleId)
      const answers = responses.after(capsuleId, after, limits.answersPerTelling)
      if (answers.length === 0) return
      const capsule = this.#named(organizationId, capsuleId)
      const messages = answers.map(({ row, ...answer }) => ({ row, ...answerMessage(capsule, answer) }))
      await db.write(tellAnswers, organizationId, { capsuleId, after, answers: messages })
    }
  }

  /** Where the telling stands; never told: where the organization's oldest active webhook began. */
  #told(organizationId: OrganizationId, capsuleId: string): number {
    return this.options.db.read(organizationId, (tx) => {
      const told = tx.select().from(webhookTold).where(eq(webhookTold.capsuleId, capsuleId)).get()
      if (told !== undefined) return told.row
      const oldest = tx
        .select({ row: sql<number | null>`min(${webhook.afterRow})` })
        .from(webhook)
        .where(eq(webhook.organizationId, organizationId))
        .get()
      return oldest?.row ?? 0
    })
  }

  /** Asked after every commit that holds answers. */
  #isListening(organizationId: OrganizationId): boolean {
    return this.options.db.read(organizationId, (tx) => listening(tx).get({ organizationId }) !== undefined)
  }

  #named(organizationId: OrganizationId, capsuleId: string) {
    const capsule = this.options.capsules.get(organizationId, capsuleId)
    return { id: capsule.id, title: capsule.title, url: this.options.urlOf(capsule) }
  }
}
