import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** A domain was added or removed, or has another state; it is answered differently from now on. */
export const domainChanged = defineChange('domain.changed', Type.Object({ domain: Type.String() }))
