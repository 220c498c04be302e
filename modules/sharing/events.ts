import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** Who may open a capsule may have changed; its subject is the capsule. `link`: the one that changed, when it was one. */
export const accessChanged = defineChange(
  'sharing.access',
  Type.Object({ link: Type.Union([Type.String(), Type.Null()]) }),
)
