import { csvRecord } from '../../src/http/csv.ts'
import type { AvailabilityRow } from './report.ts'

const columns = [
  'month',
  'organization',
  'organizationId',
  'plan',
  'promised',
  'availability',
  'budgetLeft',
  'requests',
  'requestsFailed',
  'checks',
  'checksFailed',
] as const satisfies readonly (keyof AvailabilityRow)[]

/** The report as a table (RFC 4180), with a line of names first. */
export function reportCsv(rows: Iterable<AvailabilityRow>): string {
  let text = csvRecord(columns)
  for (const row of rows) text += csvRecord(columns.map((column) => row[column]))
  return text
}

export function reportJson(month: string, rows: Iterable<AvailabilityRow>): string {
  return JSON.stringify({ month, items: [...rows] })
}
