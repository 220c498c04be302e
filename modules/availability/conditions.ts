import type { Condition } from '../../src/observability/alerts/conditions.ts'
import { runbookOf } from '../../src/observability/slo/prometheus.ts'
import { planNames } from './plans.ts'
import type { AvailabilityRow } from './report.ts'

/** With less of a month's budget left somebody should look; with none left the promise is broken. */
const leftMin = 0.25
/** Below so many failures a share says nothing. */
const failedMin = 10

/** What is wrong with promises, by plan: alerts have the names of plans, not of customers. */
export function promiseConditions(rows: readonly AvailabilityRow[]): Condition[] {
  return planNames.flatMap((plan): Condition[] => {
    const short = rows
      .filter(
        (row) => row.plan === plan && row.requestsFailed + row.checksFailed >= failedMin && row.budgetLeft < leftMin,
      )
      .toSorted((a, b) => a.budgetLeft - b.budgetLeft)
    const worst = short[0]
    if (worst === undefined) return []
    const broken = worst.budgetLeft <= 0
    const standing = `${((worst.availability ?? 1) * 100).toFixed(3)} % of ${worst.promised * 100} %`
    return [
      {
        name: `sla-${plan}:${broken ? 'page' : 'ticket'}`,
        severity: broken ? 'page' : 'ticket',
        summary: `Availability this month: ${short.length} of plan ${plan} ${short.length === 1 ? 'has' : 'have'} less than a quarter of the error budget left; the worst is ${worst.organization} with ${standing}.`,
        runbook: runbookOf('sla'),
      },
    ]
  })
}
