import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/**
 * Somebody's interest passed the organization's threshold; once a visit. The subject is the capsule. For the
 * owner's screen; programs and letters are told by a job of the same transaction (operations/leads.ts).
 */
export const leadHot = defineChange(
  'lead.hot',
  Type.Object({
    visit: Type.String(),
    visitor: Type.String(),
    /** null where none was given. */
    email: Type.Union([Type.String(), Type.Null()]),
    score: Type.Integer(),
    /** The share link that it came by; empty: none. */
    link: Type.String(),
    country: Type.String(),
    device: Type.String(),
  }),
)
