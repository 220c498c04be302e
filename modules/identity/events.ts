import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** A session ended or was extended; the subject is its id. */
export const sessionChanged = defineChange('identity.session', Type.Object({}))

/** Somebody has another name, or is gone; the subject is the user's id. */
export const userChanged = defineChange('identity.user', Type.Object({ removed: Type.Boolean() }))
