import type { OpsState } from '../../state.ts'
import { act, actButton } from './acts.ts'
import { make, table } from './dom.ts'
import { count, share } from './words.ts'

/** The month's promises: those with the least of their budget left, the report as a file, and a plan for an organization. */
export function drawAvailability({ month, worst }: OpsState['availability']): HTMLElement[] {
  const link = (format: string) =>
    make('a', { href: `/ops/availability?format=${format}`, download: '' }, `${month} as ${format.toUpperCase()}`)
  return [
    table('Organizations with the least of this month’s error budget left', worst, [
      { title: 'Organization', cell: ({ organization }) => organization },
      { title: 'Plan', cell: ({ plan }) => plan },
      { title: 'Promised', cell: ({ promised }) => share(promised, promised), number: true },
      { title: 'Kept', cell: ({ availability }) => share(availability, 0.999), number: true },
      {
        title: 'Budget left',
        cell: ({ budgetLeft }) => (budgetLeft < 0 ? 'overspent' : share(budgetLeft)),
        number: true,
      },
      { title: 'Requests', cell: ({ requests }) => count(requests), number: true },
      { title: 'Failed', cell: ({ requestsFailed }) => count(requestsFailed), number: true },
      { title: 'Checks', cell: ({ checks }) => count(checks), number: true },
      { title: 'Failed checks', cell: ({ checksFailed }) => count(checksFailed), number: true },
    ]),
    make('p', { class: 'row' }, 'The whole report: ', link('csv'), ' · ', link('json')),
  ]
}

/** Drawn once: what is typed must not vanish. */
export function drawPlans(): HTMLElement[] {
  const organization = make('input', {
    ...{ id: 'plan-organization', type: 'text', autocomplete: 'off', spellcheck: 'false', maxlength: '40' },
  })
  const plan = make(
    'select',
    { id: 'plan-name' },
    make('option', { value: 'standard' }, 'standard, 99.9 %'),
    make('option', { value: 'enterprise' }, 'enterprise, 99.99 %'),
  )
  return [
    make('h3', {}, 'Plan'),
    make('p', { class: 'quiet' }, 'What an organization is promised. It counts for the whole month.'),
    make(
      'p',
      { class: 'row' },
      make('label', { for: 'plan-organization' }, 'Organization (as in its address)'),
      organization,
      make('label', { for: 'plan-name' }, 'Plan'),
      plan,
    ),
    actButton({
      label: 'Give the plan',
      about: 'to the organization',
      done: 'It has the plan.',
      run: () => act('PUT', `/ops/plans/${encodeURIComponent(organization.value.trim())}`, { plan: plan.value }),
    }),
  ]
}
