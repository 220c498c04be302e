import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** A capsule's page may look different now, or be at another address, or be gone. */
export const capsuleChanged = defineChange(
  'capsule.changed',
  Type.Object({
    what: Type.Union([
      Type.Literal('created'),
      Type.Literal('renamed'),
      Type.Literal('published'),
      Type.Literal('unpublished'),
      Type.Literal('archived'),
      Type.Literal('restored'),
      Type.Literal('deleted'),
      /** Gone for ever, with its answers: what others kept of it goes too. */
      Type.Literal('purged'),
    ]),
    /** The version that visitors see after it; null: none. */
    version: Type.Union([Type.Integer(), Type.Null()]),
  }),
)

/** Answers came in; one row a capsule and commit. */
export const responsesReceived = defineChange('capsule.responses', Type.Object({}))
