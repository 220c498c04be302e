import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** A policy is another now; the subject is its scope. */
export const policyChanged = defineChange('ai.policy', Type.Object({}))

/** A capsule's chat behaves otherwise now. */
export const chatChanged = defineChange('ai.chat', Type.Object({}))

/** A provider that an organization brought is another now; the subject is its id. */
export const providerChanged = defineChange('ai.provider', Type.Object({}))

/** The passages of a capsule are those of this version now; 0: there are none. */
export const indexChanged = defineChange('ai.index', Type.Object({ version: Type.Integer() }))

/** A conversation went on. */
export const conversationChanged = defineChange('ai.conversation', Type.Object({ capsuleId: Type.String() }))
