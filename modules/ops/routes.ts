import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import type { Assets } from '../../src/http/assets.ts'
import { checkOrigin } from '../../src/http/origin-check.ts'
import { silenceMsMax } from '../../src/observability/alerts/alerts.ts'
import type { Watchman } from '../../src/observability/alerts/watchman.ts'
import type { Observability } from '../../src/observability/observability.ts'
import type { Availability } from '../availability/index.ts'
import type { Dashboard } from './dashboard.ts'
import type { DeadJobs } from './dead-jobs.ts'
import type { Operators } from './operators.ts'
import { OpsPage } from './page.ts'
import { Profiler, profileSecondsMax } from './profiler.ts'

export interface OpsRoutesDeps {
  readonly origin: string
  readonly assets: Assets
  readonly operators: Operators
  readonly dashboard: Dashboard
  readonly deadJobs: DeadJobs
  readonly watchman: Watchman
  readonly log: Observability['log']
  readonly availability: Pick<Availability, 'text' | 'setPlan' | 'month'>
  /** Throws pages out of the caches: those with one of these tags, or all. */
  readonly purge: (tags: readonly string[] | 'all') => void | Promise<void>
}

const hidden = { hide: true } as const
const job = Type.Object({ database: Type.String({ maxLength: 40 }), id: Type.String({ maxLength: 100 }) })
const alert = Type.Object({ alert: Type.String({ maxLength: 100 }) })
const silence = Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: silenceMsMax / 60_000 }) })
const tagsMax = 20
const purging = Type.Object({
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: tagsMax })),
})
const exporting = Type.Object({
  month: Type.Optional(Type.String({ maxLength: 7 })),
  format: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('json')])),
})
const planning = Type.Object({ plan: Type.String({ maxLength: 20 }) })
const profiling = Type.Object({ seconds: Type.Integer({ minimum: 1, maximum: profileSecondsMax }) })

/** `/ops` and what its script asks for. Everything is for operators, and every act leaves a line with who did it. */
export function opsRoutes(deps: OpsRoutesDeps) {
  const { operators, dashboard, deadJobs, watchman, purge, log, availability } = deps
  const page = new OpsPage(deps.assets)
  const profiler = new Profiler()
  const act = async (request: Request, what: string, fields: object = {}) => {
    const { email } = await operators.check(request)
    checkOrigin(request, deps.origin)
    log.info({ operator: email, ...fields }, what)
  }
  return new Elysia({ name: 'ops' })
    .get(
      '/ops',
      async ({ request }) => {
        try {
          await operators.check(request)
          return page.dashboard()
        } catch (error) {
          if (!(error instanceof AppError) || (error.status !== 401 && error.status !== 403)) throw error
          return page.refusal(error.status, error.message)
        }
      },
      { detail: hidden },
    )
    .get(
      '/ops/state',
      async ({ request, query }) => {
        await operators.check(request)
        return Response.json(dashboard.state(Number(query.after ?? 0)), { headers: { 'cache-control': 'no-store' } })
      },
      { query: Type.Object({ after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) }), detail: hidden },
    )
    .post(
      '/ops/dead-jobs/:database/:id/revival',
      async ({ request, params }) => {
        await act(request, 'an operator tries a job anew', params)
        await deadJobs.revive(params.database, params.id)
        return done()
      },
      { params: job, detail: hidden },
    )
    .delete(
      '/ops/dead-jobs/:database/:id',
      async ({ request, params }) => {
        await act(request, 'an operator gives a job up', params)
        await deadJobs.discard(params.database, params.id)
        return done()
      },
      { params: job, detail: hidden },
    )
    .put(
      '/ops/silences/:alert',
      async ({ request, params, body }) => {
        await act(request, 'an operator silences an alert', { ...params, ...body })
        const nowMs = watchman.nowMs()
        if (!watchman.alerts.silence(decoded(params.alert), nowMs + body.minutes * 60_000, nowMs)) {
          throw new AppError('conflict', 'Too many alerts are silenced.')
        }
        return done()
      },
      { params: alert, body: silence, detail: hidden },
    )
    .delete(
      '/ops/silences/:alert',
      async ({ request, params }) => {
        await act(request, 'an operator ends a silence', params)
        watchman.alerts.silence(decoded(params.alert), 0, watchman.nowMs())
        return done()
      },
      { params: alert, detail: hidden },
    )
    .get(
      '/ops/availability',
      async ({ request, query }) => {
        await operators.check(request)
        const month = query.month ?? availability.month
        const form = query.format ?? 'json'
        return new Response(availability.text(month, form), {
          headers: {
            'content-type': form === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
            'content-disposition': `attachment; filename="availability-${month}.${form}"`,
            'cache-control': 'no-store',
          },
        })
      },
      { query: exporting, detail: hidden },
    )
    .put(
      '/ops/plans/:organization',
      async ({ request, params, body }) => {
        await act(request, 'an operator gives an organization a plan', { ...params, ...body })
        await availability.setPlan(params.organization, body.plan)
        return done()
      },
      { params: Type.Object({ organization: Type.String({ maxLength: 40 }) }), body: planning, detail: hidden },
    )
    .post(
      '/ops/purges',
      async ({ request, body }) => {
        await act(request, 'an operator purges pages', body)
        await purge(body.tags ?? 'all')
        return done()
      },
      { body: purging, detail: hidden },
    )
    .post(
      '/ops/profiles',
      async ({ request, body }) => {
        await act(request, 'an operator takes a CPU profile', body)
        return new Response(await profiler.take(body.seconds), {
          headers: {
            'content-type': 'application/json',
            'content-disposition': `attachment; filename="encapsify-${Date.now()}.cpuprofile"`,
            'cache-control': 'no-store',
          },
        })
      },
      { body: profiling, detail: hidden },
    )
}

function done(): Response {
  return new Response(null, { status: 204 })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
