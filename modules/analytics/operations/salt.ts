import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineOperation } from '../../../src/db/operation.ts'
import { visitSalt } from '../schema.ts'

export interface DaySalt {
  /** UTC days since 1970. */
  readonly day: number
  readonly salt: string
}

const dayMs = 86_400_000

/**
 * Today's salt: the one that is there, or this one in the place of yesterday's. It is as long as every other, so SQLite writes it
 * over the one before and leaves nothing of that.
 */
export const turnSalt = defineOperation(
  {
    name: 'analytics.turn-salt',
    database: 'directory',
    repeats: 'natural',
    input: Type.Object({ salt: Type.String({ minLength: 43, maxLength: 43 }) }),
  },
  (tx, { salt }, { nowMs }): DaySalt => {
    const day = Math.floor(nowMs / dayMs)
    const known = tx.select({ day: visitSalt.day, salt: visitSalt.salt }).from(visitSalt).get()
    if (known?.day === day) return known
    tx.insert(visitSalt)
      .values({ id: 1, day, salt })
      .onConflictDoUpdate({ target: visitSalt.id, set: { day, salt: sql`excluded.salt` } })
      .run()
    return { day, salt }
  },
)
