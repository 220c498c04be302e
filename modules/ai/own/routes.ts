import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail as described, pageOf } from '../../../src/http/detail.ts'
import { RateLimit } from '../../../src/http/rate-limit.ts'
import { type AccessPlugin, actorOf } from '../../organization/index.ts'
import type { Ai } from '../ai.ts'
import { ownSettingsSchema } from '../operations/providers.ts'
import { tryProvider } from './trial.ts'

const detail = (...given: [string, string, Parameters<typeof described>[3]?]) => described('AI', ...given)
const settings = ownSettingsSchema.properties
const closed = { additionalProperties: false } as const
/** It goes into a header as it is. */
const key = Type.String({
  minLength: 1,
  maxLength: 4_000,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'Kept sealed, and never shown again.',
})
const given = {
  ...settings,
  chat: Type.Optional(settings.chat),
  embeddings: Type.Optional(settings.embeddings),
}
const model = Type.Object({
  ...settings,
  id: Type.String(),
  keyEnding: Type.String({ description: 'The last four characters of the key.' }),
  key: Type.Union([Type.Literal('kept'), Type.Literal('lost')], {
    description: '`lost`: it was sealed under a secret that this server has no more, and must be given again.',
  }),
  setBy: Type.String(),
  createdAt: Type.Integer(),
  updatedAt: Type.Integer(),
})
const trial = Type.Object({
  works: Type.Boolean(),
  model: Type.String(),
  why: Type.Union([Type.String(), Type.Null()]),
  tookMs: Type.Integer(),
})
/** Each goes to an address of somebody's choice. */
const trialsPerOrganization = { name: 'ai-provider-tests', attemptsMax: 20, windowS: 600 } as const

/** Providers that an organization brings itself, under its own keys. */
export function ownProviderRoutes({ access, ai }: { readonly access: AccessPlugin; readonly ai: Ai }) {
  const { own } = ai
  const trials = new RateLimit(trialsPerOrganization, () => ai.clock.nowMs())
  return new Elysia({ name: 'ai-providers' })
    .use(access)
    .get('/providers', ({ access }) => ({ items: own.list(access.organizationId), nextCursor: null }), {
      needs: 'organization:write',
      ...detail('listAiProviders', "The organization's own providers", { 200: pageOf(model) }),
    })
    .post(
      '/providers',
      async ({ access, body: { key, ...rest }, set }) => {
        set.status = 201
        return own.add(access.organizationId, { chat: null, embeddings: null, ...rest }, key, actorOf(access))
      },
      {
        needs: 'organization:write',
        body: Type.Object({ ...given, key }, closed),
        ...detail('addAiProvider', "Bring a provider under the organization's own key", { 201: model }),
      },
    )
    .get('/providers/:id', ({ access, params }) => own.get(access.organizationId, params.id), {
      needs: 'organization:write',
      ...detail('getAiProvider', 'One of them', { 200: model }),
    })
    .patch(
      '/providers/:id',
      ({ access, params, body }) => own.change(access.organizationId, params.id, body, actorOf(access)),
      {
        needs: 'organization:write',
        body: Type.Partial(Type.Object({ ...given, key }, closed), closed),
        ...detail('changeAiProvider', 'Change it; another address takes the key anew', { 200: model }),
      },
    )
    .delete(
      '/providers/:id',
      async ({ access, params, set }) => {
        await own.remove(access.organizationId, params.id, actorOf(access))
        set.status = 204
      },
      { needs: 'organization:write', ...detail('removeAiProvider', 'Remove it with its key', { 204: 'Removed' }) },
    )
    .post(
      '/provider-tests',
      async ({ access, body: { id, key, ...rest } }) => {
        const { organizationId, by } = access
        trials.take(organizationId)
        const candidate = await own.candidate(organizationId, { chat: null, embeddings: null, ...rest, id, key })
        const caller = { organizationId, keyId: by.kind === 'key' ? by.keyId : '', capsuleId: '' }
        return tryProvider({ governance: ai.governance, transport: ai.transport, clock: ai.clock }, caller, candidate)
      },
      {
        needs: 'organization:write',
        body: Type.Object(
          { ...given, key: Type.Optional(key), id: Type.Optional(Type.String({ maxLength: 64 })) },
          closed,
        ),
        ...detail('testAiProvider', 'Try a provider with one small call, before or after it is kept', { 200: trial }),
      },
    )
}
