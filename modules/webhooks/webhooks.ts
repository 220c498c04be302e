import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import type { Secrets } from '../../src/secret.ts'
import type { Responses } from '../capsule/index.ts'
import type { EventType } from './events.ts'
import { testMessage } from './messages.ts'
import { redeliver, tellMessage } from './operations/deliveries.ts'
import { addWebhook, changeWebhook, removeWebhook, rotateSecret } from './operations/webhooks.ts'
import { type DeliveryState, type WebhookState, webhook, webhookAttempt, webhookDelivery } from './schema.ts'
import { secretOf } from './signature.ts'

/** A webhook as its owner sees it. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly name: string
  readonly events: readonly EventType[]
  readonly state: WebhookState
  readonly stoppedBecause: string | null
  /** Failed attempts since the last that was received. */
  readonly failures: number
  readonly createdAt: number
}

export interface Delivery {
  readonly id: string
  readonly messageId: string
  readonly type: string
  readonly state: DeliveryState
  /** When it is tried next, while it waits. */
  readonly dueAt: number | null
  readonly createdAt: number
}

export interface Attempt {
  readonly at: number
  readonly tookMs: number
  /** null: there was no answer, and `answer` says why. */
  readonly status: number | null
  readonly answer: string
}

export type DeliveryDetails = Delivery & { readonly body: string; readonly attempts: readonly Attempt[] }

interface Fields {
  readonly url: string
  readonly name: string
  readonly events: readonly EventType[]
}

export interface WebhooksOptions {
  readonly db: Databases
  readonly responses: Pick<Responses, 'newestPlace'>
  readonly secrets: Secrets
}

/** Addresses that an organization wants to be told at, and what was sent there. */
export class Webhooks {
  constructor(private readonly options: WebhooksOptions) {}

  /** Told of what comes from now on. @throws AppError invalid for an address that is none; conflict when there are too many. */
  async create(organizationId: OrganizationId, fields: Fields): Promise<Webhook & { secret: string }> {
    const { db, responses } = this.options
    checkUrl(fields.url)
    const id = newId('whk', organizationId)
    const afterRow = responses.newestPlace(organizationId)
    await db.write(addWebhook, organizationId, { id, ...fields, events: [...fields.events], afterRow })
    return { ...this.get(organizationId, id), secret: this.secret(organizationId, id) }
  }

  async change(
    organizationId: OrganizationId,
    id: string,
    { events, ...fields }: Partial<Fields> & { readonly state?: 'active' | 'paused' },
  ): Promise<Webhook> {
    if (fields.url !== undefined) checkUrl(fields.url)
    const afterRow = this.options.responses.newestPlace(organizationId)
    const change = { id, afterRow, ...fields, ...(events !== undefined && { events: [...events] }) }
    await this.options.db.write(changeWebhook, organizationId, change)
    return this.get(organizationId, id)
  }

  async remove(organizationId: OrganizationId, id: string): Promise<void> {
    await this.options.db.write(removeWebhook, organizationId, { id })
  }

  list(organizationId: OrganizationId, limit: number, cursor = ''): Page<Webhook> {
    const here = and(eq(webhook.organizationId, organizationId), gt(webhook.id, cursor))
    const rows = this.options.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(webhook)
        .where(here)
        .orderBy(asc(webhook.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    return { ...page, items: page.items.map(shown) }
  }

  /** @throws AppError not-found. */
  get(organizationId: OrganizationId, id: string): Webhook {
    return shown(this.#row(organizationId, id))
  }

  /** What its messages are signed with. */
  secret(organizationId: OrganizationId, id: string): string {
    return secretOf(this.options.secrets[0], id, this.#row(organizationId, id).generation)
  }

  /** A new secret; the one before signs for another day too. */
  async rotate(organizationId: OrganizationId, id: string): Promise<string> {
    const { generation } = await this.options.db.write(rotateSecret, organizationId, { id })
    return secretOf(this.options.secrets[0], id, generation)
  }

  /** Sends a message that only says that it works. */
  async test(organizationId: OrganizationId, id: string): Promise<void> {
    this.#row(organizationId, id)
    const message = testMessage(newId('msg', organizationId), Date.now())
    await this.options.db.write(tellMessage, organizationId, { message, webhookId: id })
  }

  /** Newest first. */
  deliveries(
    organizationId: OrganizationId,
    id: string,
    query: { readonly limit: number; readonly cursor?: string | undefined; readonly state?: DeliveryState | undefined },
  ): Page<Delivery> {
    const { limit, cursor = '~', state } = query
    this.#row(organizationId, id)
    const here = and(
      eq(webhookDelivery.webhookId, id),
      state === undefined ? undefined : eq(webhookDelivery.state, state),
      lt(webhookDelivery.id, cursor),
    )
    const rows = this.options.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(webhookDelivery)
        .where(here)
        .orderBy(desc(webhookDelivery.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    return { ...page, items: page.items.map(delivery) }
  }

  /** One delivery with all its attempts, oldest first. @throws AppError not-found. */
  delivery(organizationId: OrganizationId, id: string, deliveryId: string): DeliveryDetails {
    this.#row(organizationId, id)
    return this.options.db.read(organizationId, (tx) => {
      const row = tx.select().from(webhookDelivery).where(eq(webhookDelivery.id, deliveryId)).get()
      if (row?.webhookId !== id) throw new AppError('not-found', 'There is no such delivery.')
      const attempts = tx
        .select()
        .from(webhookAttempt)
        .where(eq(webhookAttempt.deliveryId, deliveryId))
        .orderBy(asc(webhookAttempt.number))
        .all()
      return {
        ...delivery(row),
        body: row.body,
        attempts: attempts.map(({ atMs, tookMs, status, answer }) => ({ at: atMs, tookMs, status, answer })),
      }
    })
  }

  /** @throws AppError not-found; conflict while the webhook is not active. */
  async redeliver(organizationId: OrganizationId, id: string, deliveryId: string): Promise<void> {
    await this.options.db.write(redeliver, organizationId, { webhookId: id, deliveryId })
  }

  #row(organizationId: OrganizationId, id: string) {
    const own = and(eq(webhook.id, id), eq(webhook.organizationId, organizationId))
    const row = this.options.db.read(organizationId, (tx) => tx.select().from(webhook).where(own).get())
    if (row === undefined) throw new AppError('not-found', 'There is no such webhook.')
    return row
  }
}

function shown(row: typeof webhook.$inferSelect): Webhook {
  const { id, url, name, state, stoppedBecause, failures, createdMs } = row
  return { id, url, name, events: JSON.parse(row.events), state, stoppedBecause, failures, createdAt: createdMs }
}

function delivery(row: typeof webhookDelivery.$inferSelect): Delivery {
  const { id, messageId, type, state, dueMs, createdMs } = row
  return { id, messageId, type, state, dueAt: state === 'waiting' ? dueMs : null, createdAt: createdMs }
}

/** Where it leads is checked whenever something is sent: names change. */
function checkUrl(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const fault =
    url === undefined || !['https:', 'http:'].includes(url.protocol)
      ? 'must be an address that begins with https://'
      : url.username !== '' || url.password !== ''
        ? 'must hold no name and no password'
        : undefined
  if (fault === undefined) return
  throw new AppError('invalid', `The address ${fault}.`, { faults: [{ pointer: '/url', message: fault }] })
}
