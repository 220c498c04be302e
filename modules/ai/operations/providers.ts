import { type Static, Type } from '@sinclair/typebox'
import { and, count, eq } from 'drizzle-orm'
import { defineOperation, type Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { providerChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { audit, provider } from '../schema.ts'

const id = Type.String({ maxLength: 64 })
const price = Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 }))
const name = Type.String({ minLength: 1, maxLength: limits.modelNameLengthMax })

export const ownModelSchema = Type.Object(
  {
    /** As the provider calls it; clients ask for it by this name. */
    name,
    /** USD for a million tokens; absent: it costs nothing here. */
    input: price,
    output: price,
  },
  { additionalProperties: false },
)
export type OwnModel = Static<typeof ownModelSchema>

const settings = {
  name: Type.String({ minLength: 1, maxLength: 60 }),
  kind: Type.Union([Type.Literal('openai'), Type.Literal('anthropic'), Type.Literal('gemini')]),
  url: Type.String({ minLength: 1, maxLength: 2_000 }),
  models: Type.Array(ownModelSchema, { minItems: 1, maxItems: limits.ownModelsMax }),
  /** Which of the models answers chats; null: none. */
  chat: Type.Union([name, Type.Null()]),
  /** Which of the models says what texts mean; null: none. */
  embeddings: Type.Union([name, Type.Null()]),
}
export const ownSettingsSchema = Type.Object(settings, { additionalProperties: false })
export type OwnSettings = Static<typeof ownSettingsSchema>

const sealedKey = Type.Object({ sealed: Type.String({ maxLength: 8_000 }), ending: Type.String({ maxLength: 4 }) })

/** Adds a provider, or changes one; without a key it keeps its own, but never takes that to another address. */
export const setProvider = defineOperation(
  {
    name: 'ai.set-provider',
    database: 'shard',
    input: Type.Object({
      id,
      actor: id,
      isNew: Type.Boolean(),
      settings: ownSettingsSchema,
      key: Type.Optional(sealedKey),
    }),
  },
  (tx, { id, actor, isNew, settings: next, key }, context) => {
    const organizationId = context.organizationId ?? ''
    const before = isNew ? undefined : rowOf(tx, organizationId, id)
    if (isNew) checkRoom(tx, organizationId)
    if (key === undefined && before?.url !== next.url) throw noKey()
    const fields = { ...next, models: JSON.stringify(next.models), setBy: actor, updatedMs: context.nowMs }
    const sealed = key && { keySealed: key.sealed, keyEnding: key.ending }
    if (before !== undefined)
      tx.update(provider)
        .set({ ...fields, ...sealed })
        .where(eq(provider.id, id))
        .run()
    else if (sealed !== undefined) {
      tx.insert(provider)
        .values({ id, organizationId, ...fields, ...sealed, createdMs: context.nowMs })
        .run()
    }
    note(tx, organizationId, {
      atMs: context.nowMs,
      actor,
      subject: id,
      before,
      after: { ...next, newKey: key !== undefined },
    })
    context.announce(providerChanged, id, {})
  },
)

/** The same key under another seal: nobody set anything, and nobody needs to hear of it. Whoever set it anew meanwhile is left alone. */
export const resealProvider = defineOperation(
  {
    name: 'ai.reseal-provider',
    database: 'shard',
    input: Type.Object({ id, was: sealedKey.properties.sealed, sealed: sealedKey.properties.sealed }),
  },
  (tx, { id, was, sealed }) => {
    const kept = and(eq(provider.id, id), eq(provider.keySealed, was))
    return tx.update(provider).set({ keySealed: sealed }).where(kept).returning({ id: provider.id }).all().length
  },
)

export const removeProvider = defineOperation(
  { name: 'ai.remove-provider', database: 'shard', input: Type.Object({ id, actor: id }) },
  (tx, { id, actor }, context) => {
    const organizationId = context.organizationId ?? ''
    const before = rowOf(tx, organizationId, id)
    tx.delete(provider).where(eq(provider.id, id)).run()
    note(tx, organizationId, { atMs: context.nowMs, actor, subject: id, before, after: null })
    context.announce(providerChanged, id, {})
  },
)

/** @throws AppError not-found: another organization's does not exist. */
function rowOf(tx: Tx, organizationId: string, id: string) {
  const row = tx
    .select()
    .from(provider)
    .where(and(eq(provider.id, id), eq(provider.organizationId, organizationId)))
    .get()
  if (row === undefined) throw new AppError('not-found', 'There is no such provider.')
  return row
}

function checkRoom(tx: Tx, organizationId: string): void {
  const known =
    tx.select({ n: count() }).from(provider).where(eq(provider.organizationId, organizationId)).get()?.n ?? 0
  if (known < limits.ownProvidersMax) return
  throw new AppError('conflict', `An organization has at most ${limits.ownProvidersMax} providers of its own.`)
}

export function noKey(): AppError {
  return new AppError('invalid', 'Another address takes the key anew: it is never sent where it was not meant to go.', {
    faults: [{ pointer: '/key', message: 'must be given' }],
  })
}

/** Who did what, and when; of a key only that there is a new one. */
function note(
  tx: Tx,
  organizationId: string,
  {
    before,
    after,
    ...at
  }: { atMs: number; actor: string; subject: string; before: object | undefined; after: object | null },
): void {
  const { keySealed: _, ...shown } = { keySealed: '', ...before }
  tx.insert(audit)
    .values({
      ...{ organizationId, ...at },
      before: JSON.stringify(before === undefined ? null : shown),
      after: JSON.stringify(after),
    })
    .run()
}
