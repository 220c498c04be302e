import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail, pageOf } from '../../src/http/detail.ts'
import { pageFields, pageLimit, pageQuery } from '../../src/http/paging.ts'
import type { Access, AccessPlugin } from '../organization/index.ts'
import type { Digests } from './digests.ts'
import { eventTypes } from './events.ts'
import { limits } from './limits.ts'
import { deliveryStates, digestRhythms, webhookStates } from './schema.ts'
import type { Webhooks } from './webhooks.ts'

export interface WebhookRouteDeps {
  readonly access: AccessPlugin
  readonly webhooks: Webhooks
  readonly digests: Digests
}

const closed = { additionalProperties: false } as const
const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(type: T) =>
  Type.Union([type, Type.Null()])
const url = Type.String({ minLength: 1, maxLength: limits.urlLengthMax })
const name = Type.String({ minLength: 1, maxLength: 100 })
const events = Type.Array(Type.Union(eventTypes.map((one) => Type.Literal(one))), { minItems: 1, uniqueItems: true })
const deliveryState = Type.Union(deliveryStates.map((one) => Type.Literal(one)))
const webhookModel = Type.Object({
  id: Type.String(),
  url: Type.String(),
  name: Type.String(),
  events,
  state: Type.Union(webhookStates.map((one) => Type.Literal(one))),
  stoppedBecause: nullable(Type.String()),
  failures: Type.Integer(),
  createdAt: Type.Integer(),
})
const secretModel = Type.Object({ secret: Type.String({ description: '`whsec_` and 32 bytes in base 64.' }) })
const deliveryModel = Type.Object({
  id: Type.String(),
  messageId: Type.String(),
  type: Type.String(),
  state: deliveryState,
  dueAt: nullable(Type.Integer()),
  createdAt: Type.Integer(),
})
const attemptModel = Type.Object({
  at: Type.Integer(),
  tookMs: Type.Integer(),
  status: nullable(Type.Integer()),
  answer: Type.String(),
})
const wishModel = Type.Object(
  { every: Type.Union(digestRhythms.map((one) => Type.Literal(one))), leads: Type.Boolean() },
  closed,
)

/** Webhooks by the Standard Webhooks specification (standardwebhooks.com), their log, and letters to oneself. */
export function webhookRoutes(deps: WebhookRouteDeps) {
  const { access, webhooks } = deps
  return new Elysia({ name: 'webhooks', prefix: '/api/v1' })
    .use(access)
    .get(
      '/webhooks',
      ({ access, query }) => webhooks.list(access.organizationId, pageLimit(query.limit), query.cursor),
      {
        needs: 'organization:write',
        query: pageQuery,
        ...detail('Webhooks', 'listWebhooks', 'Addresses that are told of what happens', { 200: pageOf(webhookModel) }),
      },
    )
    .post(
      '/webhooks',
      ({ access, body, set }) => {
        set.status = 201
        return webhooks.create(access.organizationId, body)
      },
      {
        needs: 'organization:write',
        body: Type.Object({ url, name, events }, closed),
        ...detail('Webhooks', 'createWebhook', 'Be told of what happens from now on', {
          201: Type.Composite([webhookModel, secretModel]),
        }),
      },
    )
    .get('/webhooks/:id', ({ access, params }) => webhooks.get(access.organizationId, params.id), {
      needs: 'organization:write',
      ...detail('Webhooks', 'getWebhook', 'One webhook', { 200: webhookModel }),
    })
    .patch('/webhooks/:id', ({ access, params, body }) => webhooks.change(access.organizationId, params.id, body), {
      needs: 'organization:write',
      body: Type.Object(
        {
          url: Type.Optional(url),
          name: Type.Optional(name),
          events: Type.Optional(events),
          state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('paused')])),
        },
        closed,
      ),
      ...detail('Webhooks', 'changeWebhook', 'Change it, pause it, or activate it again', { 200: webhookModel }),
    })
    .delete(
      '/webhooks/:id',
      async ({ access, params, set }) => {
        await webhooks.remove(access.organizationId, params.id)
        set.status = 204
      },
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'removeWebhook', 'Remove it and its log', { 204: 'Removed' }),
      },
    )
    .get(
      '/webhooks/:id/secret',
      ({ access, params }) => ({ secret: webhooks.secret(access.organizationId, params.id) }),
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'getWebhookSecret', 'What its messages are signed with', { 200: secretModel }),
      },
    )
    .post(
      '/webhooks/:id/secret',
      async ({ access, params }) => ({ secret: await webhooks.rotate(access.organizationId, params.id) }),
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'rotateWebhookSecret', 'A new secret; the former one signs too for a day', {
          200: secretModel,
        }),
      },
    )
    .post(
      '/webhooks/:id/tests',
      async ({ access, params, set }) => {
        await webhooks.test(access.organizationId, params.id)
        set.status = 202
        return { state: 'queued' as const }
      },
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'testWebhook', 'Send a message that only says that it works', {
          202: Type.Object({ state: Type.Literal('queued') }),
        }),
      },
    )
    .use(deliveryRoutes(deps))
    .use(notificationRoutes(deps))
}

function deliveryRoutes({ access, webhooks }: WebhookRouteDeps) {
  return new Elysia({ name: 'webhook-deliveries' })
    .use(access)
    .get(
      '/webhooks/:id/deliveries',
      ({ access, params, query: { cursor, state, limit } }) =>
        webhooks.deliveries(access.organizationId, params.id, { limit: pageLimit(limit), cursor, state }),
      {
        needs: 'organization:write',
        query: Type.Object({ ...pageFields, state: Type.Optional(deliveryState) }),
        ...detail('Webhooks', 'listWebhookDeliveries', 'What was sent in the last 30 days, newest first', {
          200: pageOf(deliveryModel),
        }),
      },
    )
    .get(
      '/webhooks/:id/deliveries/:delivery',
      ({ access, params }) => webhooks.delivery(access.organizationId, params.id, params.delivery),
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'getWebhookDelivery', 'One message, and every attempt to deliver it', {
          200: Type.Composite([
            deliveryModel,
            Type.Object({ body: Type.String(), attempts: Type.Array(attemptModel) }),
          ]),
        }),
      },
    )
    .post(
      '/webhooks/:id/deliveries/:delivery/redelivery',
      async ({ access, params, set }) => {
        await webhooks.redeliver(access.organizationId, params.id, params.delivery)
        set.status = 202
        return { state: 'queued' as const }
      },
      {
        needs: 'organization:write',
        ...detail('Webhooks', 'redeliver', 'Send a message again, with the same id', {
          202: Type.Object({ state: Type.Literal('queued') }),
        }),
      },
    )
}

function notificationRoutes({ access, digests }: WebhookRouteDeps) {
  return new Elysia({ name: 'notifications' })
    .use(access)
    .get('/notifications', ({ access }) => digests.wishOf(access.organizationId, memberOf(access)), {
      needs: 'responses:read',
      ...detail('Notifications', 'getNotifications', 'Which letters you get about this organization', {
        200: wishModel,
      }),
    })
    .put(
      '/notifications',
      async ({ access, body }) => {
        await digests.setWish(access.organizationId, memberOf(access), body)
        return body
      },
      {
        needs: 'responses:read',
        body: wishModel,
        ...detail('Notifications', 'setNotifications', 'Letters with what came in, and of hot leads', {
          200: wishModel,
        }),
      },
    )
}

/** Letters go to people: a key has no address. */
function memberOf({ by }: Access): string {
  if (by.kind === 'user') return by.userId
  throw new AppError('forbidden', 'Letters are for members; a key gets none.')
}
