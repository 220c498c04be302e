import { Type } from '@sinclair/typebox'
import { defineChange } from '../../src/db/operation.ts'

/** An asset may look different now, or be gone. The subject is its id: whatever shows it carries that as a tag. */
export const assetChanged = defineChange(
  'asset.changed',
  Type.Object({
    what: Type.Union([
      Type.Literal('created'),
      Type.Literal('described'),
      Type.Literal('replaced'),
      /** Jobs made better encodings of the same picture. */
      Type.Literal('encoded'),
      Type.Literal('deleted'),
    ]),
  }),
)
