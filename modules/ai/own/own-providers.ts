import { and, asc, eq } from 'drizzle-orm'
import type { Databases } from '../../../src/db/database.ts'
import { newId, type OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { checkHost, type Internet } from '../../../src/http/public-address.ts'
import type { Seal } from '../../../src/sealing.ts'
import type { AiConfig } from '../config.ts'
import { noKey, type OwnModel, type OwnSettings, removeProvider, setProvider } from '../operations/providers.ts'
import { provider } from '../schema.ts'
import { type OwnProvider, ownProvider } from './own-provider.ts'

/** A provider as its owners see it: of its key the last characters, and whether it can still be read. */
export interface OwnProviderShown extends OwnSettings {
  readonly id: string
  readonly keyEnding: string
  /** `lost`: sealed under a secret that this server has no more. */
  readonly key: 'kept' | 'lost'
  readonly setBy: string
  readonly createdAt: number
  readonly updatedAt: number
}

export interface OwnProvidersParts {
  readonly db: Databases
  readonly seal: Seal
  readonly config: AiConfig
  readonly internet: Internet
}

type Row = typeof provider.$inferSelect
const endingLength = 4

/** Providers that organizations bring themselves. Their keys come in and never go out. */
export class OwnProviders {
  constructor(private readonly parts: OwnProvidersParts) {}

  list(organizationId: OrganizationId): OwnProviderShown[] {
    return this.#rows(organizationId).map((row) => this.#shown(row))
  }

  /** @throws AppError not-found. */
  get(organizationId: OrganizationId, id: string): OwnProviderShown {
    return this.#shown(this.#row(organizationId, id))
  }

  /** Those that can be asked, the oldest first. */
  ready(organizationId: OrganizationId): OwnProvider[] {
    return this.#rows(organizationId).flatMap((row) => {
      const key = this.#keyOf(row)
      return key === undefined ? [] : [ownProvider(row.id, settingsOf(row), key)]
    })
  }

  /** @throws AppError forbidden, invalid, conflict when there are too many. */
  async add(
    organizationId: OrganizationId,
    settings: OwnSettings,
    key: string,
    actor: string,
  ): Promise<OwnProviderShown> {
    const id = newId('prv', organizationId)
    await this.check(settings)
    await this.#write(organizationId, id, { settings, key, actor, isNew: true })
    return this.get(organizationId, id)
  }

  /** What is given is changed. @throws AppError not-found, forbidden, invalid. */
  async change(
    organizationId: OrganizationId,
    id: string,
    { key, ...changes }: Partial<OwnSettings> & { readonly key?: string | undefined },
    actor: string,
  ): Promise<OwnProviderShown> {
    const settings = { ...settingsOf(this.#row(organizationId, id)), ...changes }
    await this.check(settings)
    await this.#write(organizationId, id, { settings, key, actor, isNew: false })
    return this.get(organizationId, id)
  }

  /** @throws AppError not-found. */
  async remove(organizationId: OrganizationId, id: string, actor: string): Promise<void> {
    await this.parts.db.write(removeProvider, organizationId, { id, actor })
  }

  /** One as it would be with these settings, to be tried; its kept key goes to its own address alone. @throws AppError. */
  async candidate(
    organizationId: OrganizationId,
    { id, key, ...settings }: OwnSettings & { readonly id?: string | undefined; readonly key?: string | undefined },
  ): Promise<OwnProvider> {
    await this.check(settings)
    const row = id === undefined ? undefined : this.#row(organizationId, id)
    const kept = row?.url === settings.url ? this.#keyOf(row) : undefined
    const used = key ?? kept
    if (used === undefined) throw noKey()
    return ownProvider(id ?? 'test', settings, used)
  }

  /** @throws AppError forbidden where the operator lets nobody bring their own; invalid, naming the place. */
  async check({ url, models, chat, embeddings }: OwnSettings): Promise<void> {
    if (this.parts.config.own.use === 'never') {
      throw new AppError('forbidden', 'On this server the providers of AI are those of its operator.')
    }
    const names = models.map(({ name }) => name)
    if (new Set(names).size < names.length) throw invalid('/models', 'must have each model once')
    if (chat !== null && !names.includes(chat)) throw invalid('/chat', 'must be one of the models')
    if (embeddings !== null && !names.includes(embeddings)) throw invalid('/embeddings', 'must be one of the models')
    await this.#checkUrl(url)
  }

  async #checkUrl(text: string): Promise<void> {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isPrivateAllowed = this.parts.config.own.private
    const protocols = isPrivateAllowed ? ['https:', 'http:'] : ['https:']
    if (url === undefined || !protocols.includes(url.protocol) || url.username !== '' || url.hash !== '') {
      throw invalid('/url', 'must be an address such as https://api.openai.com/v1')
    }
    const host = await checkHost(url.hostname, this.parts.internet)
    if (host.state === 'private') throw invalid('/url', 'must be on the public internet')
  }

  async #write(
    organizationId: OrganizationId,
    id: string,
    { settings, key, actor, isNew }: { settings: OwnSettings; key: string | undefined; actor: string; isNew: boolean },
  ): Promise<void> {
    const { db, seal } = this.parts
    const sealed = key && { sealed: seal.seal(key, aboutOf(organizationId, id)), ending: key.slice(-endingLength) }
    await db.write(setProvider, organizationId, { id, actor, isNew, settings, ...(sealed && { key: sealed }) })
  }

  #keyOf({ organizationId, id, keySealed }: Row): string | undefined {
    return this.parts.seal.open(keySealed, aboutOf(organizationId, id))
  }

  #rows(organizationId: OrganizationId): Row[] {
    return this.parts.db.read(organizationId, (tx) =>
      tx.select().from(provider).where(eq(provider.organizationId, organizationId)).orderBy(asc(provider.id)).all(),
    )
  }

  #row(organizationId: OrganizationId, id: string): Row {
    const row = this.parts.db.read(organizationId, (tx) =>
      tx
        .select()
        .from(provider)
        .where(and(eq(provider.id, id), eq(provider.organizationId, organizationId)))
        .get(),
    )
    if (row === undefined) throw new AppError('not-found', 'There is no such provider.')
    return row
  }

  #shown(row: Row): OwnProviderShown {
    const key = this.#keyOf(row) === undefined ? 'lost' : 'kept'
    const { id, keyEnding, setBy, createdMs: createdAt, updatedMs: updatedAt } = row
    return { id, ...settingsOf(row), keyEnding, key, setBy, createdAt, updatedAt }
  }
}

/** A seal opens for its own organization and provider alone. */
export function aboutOf(organizationId: string, id: string): string {
  return `${organizationId}/${id}`
}

function settingsOf({ name, kind, url, models, chat, embeddings }: Row): OwnSettings {
  return { name, kind, url, models: JSON.parse(models) as OwnModel[], chat, embeddings }
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('invalid', `The provider cannot be kept: ${pointer.slice(1)} ${message}.`, {
    faults: [{ pointer, message }],
  })
}
