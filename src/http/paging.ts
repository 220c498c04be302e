import { Type } from '@sinclair/typebox'
import { AppError } from '../errors.ts'
import { unchecked } from './detail.ts'

export const pageLimitMax = 100
export const pageLimitDefault = 50

/** What every list takes; a list adds its filters to these. In an address a number is text: `pageLimit` reads it. */
export const pageFields = {
  limit: Type.Optional(
    unchecked(Type.Integer({ minimum: 1, maximum: pageLimitMax, description: `Default ${pageLimitDefault}.` })),
  ),
  /** Opaque: `nextCursor` of the page before. */
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
}

export const pageQuery = Type.Object(pageFields)

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/** The limit of a query. @throws AppError invalid with the fault at ?limit. */
export function pageLimit(limit: unknown): number {
  if (limit === undefined) return pageLimitDefault
  const value = /^\d{1,6}$/.test(String(limit)) ? Number(limit) : 0
  if (value >= 1 && value <= pageLimitMax) return value
  const message = `must be a whole number from 1 to ${pageLimitMax}`
  throw new AppError('invalid', `The limit ${message}.`, { faults: [{ pointer: '?limit', message }] })
}

/**
 * A page of the rows that a list read, one more than `limit`: the one too many says that there is a next page.
 * `placeOf` tells the cursor of the page's last row.
 */
export function paged<Row>(rows: readonly Row[], limit: number, placeOf: (last: Row) => string): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? placeOf(last) : null }
}
