import { and, asc, gt, notLike } from 'drizzle-orm'
import { organizationOf } from '../../../src/db/ids.ts'
import type { LocalDatabases } from '../../../src/db/local.ts'
import type { Seal } from '../../../src/sealing.ts'
import { resealProvider } from '../operations/providers.ts'
import { provider } from '../schema.ts'
import { aboutOf } from './own-providers.ts'

export interface ResealingParts {
  readonly db: Pick<LocalDatabases, 'names' | 'readFrom' | 'write'>
  readonly seal: Seal
}

export interface Resealed {
  readonly resealed: number
  /** Keys that none of the server's secrets opens. */
  readonly lost: number
}

/** Keys that are read and sealed at a time. */
const batchMax = 100

/**
 * Seals with the current secret what a former one sealed, so that the former can be forgotten. What is done is not found again: it may
 * be begun as often as a node becomes the primary.
 */
export async function reseal({ db, seal }: ResealingParts, signal: AbortSignal): Promise<Resealed> {
  const sum = { resealed: 0, lost: 0 }
  for (const database of db.names.filter((name) => name !== 'directory')) {
    let after: string | undefined = ''
    while (after !== undefined) {
      signal.throwIfAborted()
      const rows = sealedByFormer(db, database, seal, after)
      after = rows.length < batchMax ? undefined : rows.at(-1)?.id
      const done = await Promise.all(
        rows.map(async ({ id, keySealed: was }) => {
          const organizationId = organizationOf(id)
          const about = aboutOf(organizationId, id)
          const key = seal.open(was, about)
          if (key === undefined) return { resealed: 0, lost: 1 }
          const resealed = await db.write(resealProvider, organizationId, { id, was, sealed: seal.seal(key, about) })
          return { resealed, lost: 0 }
        }),
      )
      for (const { resealed, lost } of done) {
        sum.resealed += resealed
        sum.lost += lost
      }
    }
  }
  return sum
}

/** The next of them in a database. */
function sealedByFormer(db: ResealingParts['db'], database: string, { mark }: Seal, after: string) {
  return db.readFrom(database, (tx) =>
    tx
      .select({ id: provider.id, keySealed: provider.keySealed })
      .from(provider)
      .where(and(gt(provider.id, after), notLike(provider.keySealed, `${mark}%`)))
      .orderBy(asc(provider.id))
      .limit(batchMax)
      .all(),
  )
}
