export const planNames = ['standard', 'enterprise'] as const
export type PlanName = (typeof planNames)[number]

export interface Plan {
  readonly name: PlanName
  /** The share of requests and checks in a month that must be good. */
  readonly share: number
}

/** What is promised: 43 minutes of a month may be lost, or 4. */
export const plans: Readonly<Record<PlanName, Plan>> = {
  standard: { name: 'standard', share: 0.999 },
  enterprise: { name: 'enterprise', share: 0.9999 },
}

/** What an organization has that nobody gave another plan. */
export const planDefault: PlanName = 'standard'
