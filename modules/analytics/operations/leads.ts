import { Type } from '@sinclair/typebox'
import { defineJob } from '../../../src/db/operation.ts'

/**
 * Tells programs and people of a visit that became a hot lead. Written in the transaction that found it out, so no end of a process
 * comes in between. Its payload names nobody: of a visit that was erased meanwhile nothing is told.
 */
export const tellLead = defineJob({
  kind: 'analytics.tell-lead',
  input: Type.Object({
    capsuleId: Type.String({ maxLength: 64 }),
    row: Type.Integer({ minimum: 1 }),
    /** When it became one, by the primary's clock. */
    atMs: Type.Integer({ minimum: 0 }),
  }),
  attemptsMax: 15,
})
