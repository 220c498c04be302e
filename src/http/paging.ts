import { Type } from '@sinclair/typebox'

export const pageLimitMax = 100
export const pageLimitDefault = 50

/** What every list takes; a list adds its filters to these. */
export const pageFields = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageLimitMax, default: pageLimitDefault })),
  /** Opaque: `nextCursor` of the page before. */
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
}

export const pageQuery = Type.Object(pageFields)

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}
