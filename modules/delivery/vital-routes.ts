import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { type AddressOf, addressBlock } from '../../src/http/client-address.ts'
import { detail, pageOf } from '../../src/http/detail.ts'
import { RateLimit } from '../../src/http/rate-limit.ts'
import type { Capsules } from '../capsule/index.ts'
import type { AccessPlugin } from '../organization/index.ts'
import { devices, type Vitals } from './vitals.ts'

export interface VitalDeps {
  readonly access: AccessPlugin
  readonly capsules: Pick<Capsules, 'get'>
  readonly vitals: Vitals
  readonly addressOf: AddressOf
}

/** Ten minutes: nothing that is longer was waited for. */
const msMax = 600_000
const ms = Type.Optional(Type.Number({ minimum: 0, maximum: msMax }))
const beacon = Type.Object(
  {
    capsule: Type.String({ minLength: 1, maxLength: 64 }),
    device: Type.Union(devices.map((one) => Type.Literal(one))),
    metrics: Type.Object(
      { lcp: ms, inp: ms, ttfb: ms, cls: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })) },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
const histogram = Type.Object({
  count: Type.Integer(),
  p75: Type.Union([Type.Number(), Type.Null()]),
  good: Type.Union([Type.Number(), Type.Null()]),
  buckets: Type.Array(Type.Object({ upTo: Type.Union([Type.Number(), Type.Null()]), count: Type.Integer() })),
})
const deviceVitals = Type.Object({
  device: Type.String(),
  region: Type.Union([Type.String(), Type.Null()]),
  metrics: Type.Record(Type.String(), histogram),
})

/** Beacons of visitors' browsers, and what they come to for the owner. */
export function vitalRoutes({ access, capsules, vitals, addressOf }: VitalDeps) {
  const limit = new RateLimit({ name: 'vitals', attemptsMax: 60, windowS: 60 })
  return new Elysia({ name: 'vitals' })
    .use(access)
    .post(
      '/-/vitals',
      ({ request, body }) => {
        limit.take(addressBlock(addressOf(request)))
        vitals.add(body)
        return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
      },
      { body: beacon, detail: { hide: true } },
    )
    .get(
      '/api/v1/capsules/:id/vitals',
      ({ access, params, query }) => {
        const { id } = capsules.get(access.organizationId, params.id)
        const items = vitals.of(access.organizationId, id, Number(query.days ?? 28), query.by === 'region')
        return { items, nextCursor: null }
      },
      {
        needs: 'responses:read',
        query: Type.Object({
          days: Type.Optional(Type.String({ pattern: '^([1-9]|[1-8][0-9]|90)$' })),
          by: Type.Optional(Type.Literal('region')),
        }),
        ...detail('Delivery', 'getVitals', 'How quick visitors found it: LCP, INP, CLS and TTFB by device', {
          200: pageOf(deviceVitals),
        }),
      },
    )
}
