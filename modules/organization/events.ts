import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** Name, slug or state; `slugs` are all the addresses that may lead elsewhere now. */
export const organizationChanged = defineChange(
  'organization.changed',
  Type.Object({ slugs: Type.Array(Type.String()) }),
)

/** Somebody joined, left, or has another role. */
export const memberChanged = defineChange('organization.member', Type.Object({ userId: Type.String() }))

/** A key was made or revoked; the hash names it in caches. */
export const keyChanged = defineChange('organization.key', Type.Object({ hash: Type.String() }))
