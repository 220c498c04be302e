import { Type } from '@sinclair/typebox'
import { step } from './faults.ts'

/** More changes than that within one field are told as a change of the field. */
const changesPerFieldMax = 20

export const fieldChangeSchema = Type.Object({
  pointer: Type.String(),
  /** Absent: the field was not there. */
  before: Type.Optional(Type.Unknown()),
  /** Absent: the field is not there any more. */
  after: Type.Optional(Type.Unknown()),
})

export interface FieldChange {
  readonly pointer: string
  readonly before?: unknown
  readonly after?: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** Where two objects differ: by field, and within it as deep as both have the same shape. */
export function changedFields(before: Fields, after: Fields): FieldChange[] {
  const found: FieldChange[] = []
  for (const name of namesOf(before, after)) {
    const within: FieldChange[] = []
    compare(before[name], after[name], step(name), within)
    if (within.length <= changesPerFieldMax) found.push(...within)
    else found.push(change(step(name), before[name], after[name]))
  }
  return found
}

function compare(before: unknown, after: unknown, pointer: string, found: FieldChange[]): void {
  if (before === after || found.length > changesPerFieldMax) return
  if (isFields(before) && isFields(after)) {
    for (const name of namesOf(before, after)) compare(before[name], after[name], pointer + step(name), found)
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item: unknown, n) => compare(item, after[n], pointer + step(n), found))
  } else found.push(change(pointer, before, after))
}

function change(pointer: string, before: unknown, after: unknown): FieldChange {
  return { pointer, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function namesOf(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
