import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { detail } from '../../src/http/detail.ts'
import type { AccessPlugin } from '../organization/index.ts'
import type { Availability } from './availability.ts'
import { parseMonth } from './months.ts'
import { planDefault, planNames } from './plans.ts'
import { standing } from './report.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const answer = Type.Object({
  month: Type.String(),
  plan: Type.Union(planNames.map((one) => Type.Literal(one))),
  promised: share,
  availability: Type.Union([share, Type.Null()]),
  budgetLeft: Type.Number(),
  requests: Type.Integer(),
  requestsFailed: Type.Integer(),
  checks: Type.Integer(),
  checksFailed: Type.Integer(),
})
const none = { good: 0, bad: 0 }

/** What an owner may know of what was promised: the organization's own month. */
export function availabilityRoutes({ access, availability }: { access: AccessPlugin; availability: Availability }) {
  return new Elysia({ name: 'availability', prefix: '/api/v1' }).use(access).get(
    '/availability',
    ({ access, query }) => {
      const month = query.month ?? availability.month
      const row = availability.report.of(parseMonth(month), access.organizationId)
      const {
        organizationId: _,
        organization: __,
        ...told
      } = row ?? {
        ...{ organizationId: '', organization: '', month },
        ...standing(planDefault, none, none),
      }
      return told
    },
    {
      needs: 'responses:read',
      query: Type.Object({ month: Type.Optional(Type.String({ maxLength: 7 })) }),
      ...detail('Organization', 'getAvailability', 'What was promised for a month, and what was kept', { 200: answer }),
    },
  )
}
