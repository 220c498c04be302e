import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { detail as described } from '../../src/http/detail.ts'
import { pageFields, pageLimit, pageQuery } from '../../src/http/paging.ts'
import { type AccessPlugin, actorOf } from '../organization/index.ts'
import type { Ai } from './ai.ts'
import { organizationScope } from './governance/policies.ts'
import { Reports } from './governance/reports.ts'
import { chatSettingsSchema, policySchema } from './operations/settings.ts'
import { ownProviderRoutes } from './own/routes.ts'

export interface AiRoutesDeps {
  readonly access: AccessPlugin
  readonly ai: Ai
  readonly db: Databases
}

const dayMs = 86_400_000
const reportDaysMax = 92
const detail = (...given: [string, string, Record<number, string>?]) => described('AI', ...given)
const conversationQuery = Type.Object({
  ...pageFields,
  leads: Type.Optional(
    Type.Union([Type.Literal('true'), Type.Literal('false')], {
      description: '`true`: those whose visitors left an e-mail address.',
    }),
  ),
})
const digits = (description: string) => Type.String({ pattern: '^\\d{1,15}$', description })

/** Settings, costs and conversations, for the studio and for scripts. */
export function aiRoutes(deps: AiRoutesDeps) {
  return new Elysia({ name: 'ai', prefix: '/api/v1/ai' })
    .use(policyRoutes(deps))
    .use(costRoutes(deps))
    .use(chatRoutes(deps))
    .use(erasureRoutes(deps))
    .use(ownProviderRoutes(deps))
}

/** A policy is `organization`'s, a key's or a capsule's, by its id. */
function policyRoutes({ access, ai, db }: AiRoutesDeps) {
  const reports = new Reports(db)
  const show = (organizationId: OrganizationId, scope: string) => ({
    ...ai.policies.of(organizationId, scope),
    spent: reports.budgets(organizationId, scope, ai.clock.nowMs()),
  })
  return new Elysia({ name: 'ai-policies' })
    .use(access)
    .get('/models', ({ access }) => ({ items: modelsOf(ai, access.organizationId), nextCursor: null }), {
      needs: 'ai:use',
      ...detail('listAiModels', 'The models that can be asked'),
    })
    .get(
      '/policies/:scope',
      ({ access, params }) => show(access.organizationId, scopeOf(access.organizationId, params.scope)),
      {
        needs: 'ai:use',
        ...detail('getAiPolicy', 'Budgets, rates, models and cache of the organization, a key or a capsule'),
      },
    )
    .put(
      '/policies/:scope',
      async ({ access, params, body }) => {
        const scope = scopeOf(access.organizationId, params.scope)
        await ai.policies.set(access.organizationId, scope, body, actorOf(access))
        return show(access.organizationId, scope)
      },
      {
        needs: 'organization:write',
        body: policySchema,
        ...detail('setAiPolicy', 'Set budgets (nano-USD), rates, models and cache'),
      },
    )
    .get(
      '/audit',
      ({ access, query }) => reports.audit(access.organizationId, pageLimit(query.limit), rowOf(query.cursor)),
      {
        needs: 'organization:write',
        query: pageQuery,
        ...detail('listAiAudit', 'Who changed which setting'),
      },
    )
}

function costRoutes({ access, ai, db }: AiRoutesDeps) {
  const reports = new Reports(db)
  return new Elysia({ name: 'ai-costs' })
    .use(access)
    .get(
      '/costs',
      ({ access, query }) => {
        const toMs = query.to === undefined ? ai.clock.nowMs() : Number(query.to)
        const fromMs = query.from === undefined ? toMs - 30 * dayMs : Number(query.from)
        if (fromMs >= toMs || toMs - fromMs > reportDaysMax * dayMs) {
          throw new AppError(
            'invalid',
            `A report covers at most ${reportDaysMax} days, from an earlier time to a later.`,
            {
              faults: [{ pointer: '?from', message: `must be before "to", by at most ${reportDaysMax} days` }],
            },
          )
        }
        return { from: fromMs, to: toMs, ...reports.costs(access.organizationId, fromMs, toMs) }
      },
      {
        needs: 'ai:use',
        query: Type.Object({
          from: Type.Optional(digits('UTC milliseconds. Default: 30 days before `to`.')),
          to: Type.Optional(digits('UTC milliseconds. Default: now.')),
        }),
        ...detail('getAiCosts', 'Costs by key, capsule and model; times in UTC milliseconds'),
      },
    )
    .get(
      '/ledger',
      ({ access, query }) => {
        const page = reports.ledger(access.organizationId, pageLimit(query.limit), query.cursor)
        const names = new Map(ai.own.list(access.organizationId).map(({ id, name }) => [id, name]))
        return {
          ...page,
          items: page.items.map((one) => ({ ...one, provider: names.get(one.provider) ?? one.provider })),
        }
      },
      {
        needs: 'ai:use',
        query: pageQuery,
        ...detail('listAiLedger', 'Every call that may have cost something, newest first'),
      },
    )
}

function chatRoutes({ access, ai }: AiRoutesDeps) {
  const { conversations } = ai.chat
  return new Elysia({ name: 'ai-chats' })
    .use(access)
    .get(
      '/chats/:id',
      ({ access, params }) => ai.chatSettings.of(access.organizationId, owned(access.organizationId, params.id)),
      {
        needs: 'capsules:read',
        ...detail('getCapsuleChat', "How a capsule's chat behaves"),
      },
    )
    .put(
      '/chats/:id',
      ({ access, params, body }) =>
        ai.chatSettings.set(access.organizationId, owned(access.organizationId, params.id), body, actorOf(access)),
      {
        needs: 'capsules:write',
        body: chatSettingsSchema,
        ...detail('setCapsuleChat', 'Set persona, starters, limits and what is done off topic'),
      },
    )
    .get(
      '/chats/:id/conversations',
      ({ access, params, query }) =>
        conversations.list(access.organizationId, owned(access.organizationId, params.id), {
          limit: pageLimit(query.limit),
          cursor: query.cursor,
          leads: query.leads === 'true',
        }),
      {
        needs: 'responses:read',
        query: conversationQuery,
        ...detail('listConversations', "A capsule's conversations, newest first"),
      },
    )
    .get(
      '/conversations/:id',
      ({ access, params, query }) =>
        conversations.read(
          access.organizationId,
          owned(access.organizationId, params.id),
          pageLimit(query.limit),
          rowOf(query.cursor),
        ),
      {
        needs: 'responses:read',
        query: pageQuery,
        ...detail('getConversation', 'The questions and answers of one conversation'),
      },
    )
}

/** By whom a visitor is forgotten, as their visits are. */
function erasureRoutes({ access, ai }: AiRoutesDeps) {
  return new Elysia({ name: 'ai-erasures' }).use(access).delete(
    '/conversations/:id',
    async ({ access, params, set }) => {
      await ai.chat.conversations.erase(access.organizationId, owned(access.organizationId, params.id))
      set.status = 204
    },
    {
      needs: 'organization:write',
      ...detail('eraseConversation', 'Take one conversation away for good, and the address that was left in it', {
        204: 'Taken away',
      }),
    },
  )
}

function modelsOf(ai: Ai, organizationId: OrganizationId): { id: string }[] {
  const { models } = ai.policies.of(organizationId, organizationScope)
  return ai.gateway
    .modelsOf(organizationId)
    .filter((model) => models === null || models.includes(model))
    .map((id) => ({ id }))
}

function scopeOf(organizationId: OrganizationId, scope: string): string {
  return scope === organizationScope ? scope : owned(organizationId, scope)
}

/** Another organization's things do not exist. @throws AppError not-found. */
function owned(organizationId: OrganizationId, id: string): string {
  if (organizationOf(id) === organizationId) return id
  throw new AppError('not-found', 'There is nothing with this id.')
}

/** @throws AppError invalid for what no page of ours gave. */
function rowOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AppError('invalid', 'The cursor is none of ours.', {
    faults: [{ pointer: '?cursor', message: 'must be the nextCursor of a page' }],
  })
}
