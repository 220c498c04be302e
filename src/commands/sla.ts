import type { App } from '../app.ts'
import { loadConfig } from '../config.ts'
import { callControl } from '../control/control.ts'
import { environment } from '../environment.ts'
import { fail, flags } from './usage.ts'

/** What the command asks the running server for: a report, or another plan for an organization. */
export interface SlaRequest {
  readonly month?: string
  readonly form: 'csv' | 'json'
  readonly organization?: string
  readonly plan?: string
}

export async function sla({ availability }: Pick<App, 'availability'>, request: SlaRequest): Promise<string> {
  const { organization, plan, month, form } = request
  if (organization === undefined || plan === undefined) {
    // What was counted since the last minute belongs to it too.
    await availability.look()
    return availability.text(month ?? availability.month, form)
  }
  await availability.setPlan(organization, plan)
  return `${organization} has the plan ${plan} from now on.\n`
}

/**
 * `encapsify sla [--month 2026-11] [--csv] [--organization O --plan P] [--data FOLDER]`: the report of a month on standard output, or a
 * plan for an organization, through the server that runs on the folder.
 */
export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const given = flags(args, { month: text, organization: text, plan: text, data: text, csv: { type: 'boolean' } })
  if ((given.organization === undefined) !== (given.plan === undefined)) {
    return fail('A plan is given by both --organization and --plan.')
  }
  const config = loadConfig(environment, { data: given.data })
  const request: SlaRequest = {
    form: given.csv === true ? 'csv' : 'json',
    ...(given.month !== undefined && { month: given.month }),
    ...(given.organization !== undefined && { organization: given.organization }),
    ...(given.plan !== undefined && { plan: given.plan }),
  }
  const answer = await callControl(config.data.folder, 'sla', request)
  if (answer === undefined) return fail(`No server runs on ${config.data.folder}: nothing is recorded.`, 1)
  process.stdout.write(String(answer.result))
  return 0
}
