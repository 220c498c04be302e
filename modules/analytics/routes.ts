import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail, pageOf } from '../../src/http/detail.ts'
import { pageFields, pageLimit } from '../../src/http/paging.ts'
import type { Capsules, Documents } from '../capsule/index.ts'
import type { AccessPlugin } from '../organization/index.ts'
import type { Analytics } from './analytics.ts'
import { retentionDaysMax } from './limits.ts'
import { sumNames } from './visit.ts'
import { visitFile } from './visit-file.ts'

export interface AnalyticsRouteDeps {
  readonly access: AccessPlugin
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'once'>
  readonly analytics: Pick<Analytics, 'figures' | 'visits' | 'settings' | 'erasures'>
}

const daysDefault = 28
const daysMax = 400
/** More hours than that are no longer told apart by an eye. */
const hourDaysMax = 7

const integer = Type.Integer()
const sums = Type.Object(Object.fromEntries(sumNames.map((name) => [name, integer])))
const valued = Type.Array(Type.Object({ value: Type.String(), ...sums.properties }))
const figures = Type.Object({
  from: integer,
  to: integer,
  by: Type.Union([Type.Literal('hour'), Type.Literal('day')]),
  totals: sums,
  series: Type.Array(
    Type.Object({ at: integer, visits: integer, visitors: integer, views: integer, ms: integer, answers: integer }),
  ),
  pages: Type.Array(
    Type.Object({ value: Type.String(), title: Type.Union([Type.String(), Type.Null()]), ...sums.properties }),
  ),
  ...{ links: valued, sources: valued, campaigns: valued, countries: valued, devices: valued },
})
const visit = Type.Object({
  id: Type.String(),
  visitor: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  ...{ link: Type.String(), source: Type.String(), campaign: Type.String(), country: Type.String() },
  ...{ device: Type.String(), beganAt: integer, lastAt: integer, here: Type.Boolean(), page: Type.String() },
  ...{ pages: integer, views: integer, ms: integer, answers: integer, chats: integer, clicks: integer },
  ...{ score: integer, hot: Type.Boolean() },
})
const event = Type.Object({
  at: integer,
  kind: Type.Union(['view', 'answer', 'chat', 'click'].map((kind) => Type.Literal(kind))),
  page: Type.String(),
  detail: Type.String(),
  ms: Type.Union([integer, Type.Null()]),
})
const settings = Type.Object({ retentionDays: integer, hotScore: integer })

/** What owners learn of visits. */
export function analyticsRoutes({ access, capsules, documents, analytics }: AnalyticsRouteDeps) {
  return new Elysia({ name: 'analytics', prefix: '/api/v1' })
    .use(access)
    .get(
      '/capsules/:id/analytics',
      ({ access, params, query }) => {
        const { id, publishedVersion } = capsules.get(access.organizationId, params.id)
        const { days, by } = spanOf(query)
        const document = publishedVersion === null ? undefined : documents.once(id, publishedVersion)
        return analytics.figures.of(id, days, by, document?.pages)
      },
      {
        needs: 'responses:read',
        query: Type.Object({
          /** UTC days, today among them. */
          days: Type.Optional(Type.String({ pattern: '^\\d{1,3}$' })),
          by: Type.Optional(Type.Union([Type.Literal('hour'), Type.Literal('day')])),
        }),
        ...detail('Analytics', 'getAnalytics', 'Visits of the last days: figures, pages, links, sources, funnel', {
          200: figures,
        }),
      },
    )
    .get(
      '/capsules/:id/visits',
      ({ access, params, query }) => {
        const { id } = capsules.get(access.organizationId, params.id)
        return analytics.visits.list(id, { limit: pageLimit(query.limit), cursor: query.cursor })
      },
      {
        needs: 'responses:read',
        query: Type.Object(pageFields),
        ...detail('Analytics', 'listVisits', 'Visits, newest first', { 200: pageOf(visit) }),
      },
    )
    .get(
      '/capsules/:id/visits.csv',
      ({ access, params, query }) => {
        const { id, slug } = capsules.get(access.organizationId, params.id)
        return new Response(visitFile(analytics.visits, id, { byteOrderMark: query.bom === 'true' }), {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': `attachment; filename="${slug}-visits.csv"`,
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
          },
        })
      },
      {
        needs: 'responses:read',
        query: Type.Object({ bom: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])) }),
        ...detail('Analytics', 'exportVisits', 'Visits as CSV, newest first', { 200: 'CSV (RFC 4180), UTF-8' }),
      },
    )
    .get(
      '/capsules/:id/visits/:visit',
      ({ access, params }) => analytics.visits.get(capsules.get(access.organizationId, params.id).id, params.visit),
      {
        needs: 'responses:read',
        ...detail('Analytics', 'getVisit', 'One visit, with what happened in it', {
          200: Type.Object({ ...visit.properties, events: Type.Array(event) }),
        }),
      },
    )
    .get('/analytics/settings', ({ access }) => ({ ...analytics.settings.of(access.organizationId) }), {
      needs: 'capsules:read',
      ...detail('Analytics', 'getAnalyticsSettings', 'How long visits are kept, and from which score on they are hot', {
        200: settings,
      }),
    })
    .patch('/analytics/settings', ({ access, body }) => analytics.settings.change(access.organizationId, body), {
      needs: 'organization:write',
      body: Type.Object(
        {
          retentionDays: Type.Optional(Type.Integer({ minimum: 1, maximum: retentionDaysMax })),
          hotScore: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        },
        { additionalProperties: false },
      ),
      ...detail('Analytics', 'changeAnalyticsSettings', 'Change how long visits are kept, or when they are hot', {
        200: settings,
      }),
    })
    .post(
      '/analytics/erasures',
      async ({ access, body }) => {
        if (body.visitor === undefined && body.email === undefined) {
          const faults = [{ pointer: '', message: 'names nobody' }]
          throw new AppError('invalid', 'Say whose visits: a visitor, or an e-mail address.', { faults })
        }
        return await analytics.erasures.erase(access.organizationId, body)
      },
      {
        needs: 'organization:write',
        body: Type.Object(
          {
            /** As a visit names it. */
            visitor: Type.Optional(Type.String({ pattern: '^[\\w-]{20}(\\.\\d{1,6})?$' })),
            email: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
          },
          { additionalProperties: false },
        ),
        ...detail(
          'Analytics',
          'eraseVisitor',
          "Take one visitor's visits away, out of the figures too, and the chats in which this address was left",
          {
            200: Type.Object({ visits: integer, conversations: integer }),
          },
        ),
      },
    )
}

/** @throws AppError invalid with the fault's place. */
function spanOf(query: { days?: string | undefined; by?: 'hour' | 'day' | undefined }) {
  const days = query.days === undefined ? daysDefault : Number(query.days)
  const fault = (message: string) =>
    new AppError('invalid', `The number of days ${message}.`, { faults: [{ pointer: '?days', message }] })
  if (days < 1 || days > daysMax) throw fault(`must be from 1 to ${daysMax}`)
  if (query.by === 'hour' && days > hourDaysMax) throw fault(`must be at most ${hourDaysMax} for figures by the hour`)
  return { days, by: query.by ?? 'day' }
}
