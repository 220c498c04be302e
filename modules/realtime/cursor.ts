import type { LogPlace } from '../../src/db/database.ts'

const shape = /^([0-9a-z]{1,10})\.([0-9a-z]{1,10})$/

/** A place in an organization's log as text that clients carry and do not read. */
export function cursorOf({ incarnation, sequence }: LogPlace): string {
  return `${incarnation.toString(36)}.${sequence.toString(36)}`
}

/** Undefined for what is no cursor of ours: to the protocol that is a place nobody knows (R9). */
export function placeOf(cursor: string): LogPlace | undefined {
  const [, incarnation, sequence] = shape.exec(cursor) ?? []
  if (incarnation === undefined || sequence === undefined) return undefined
  return { incarnation: Number.parseInt(incarnation, 36), sequence: Number.parseInt(sequence, 36) }
}
