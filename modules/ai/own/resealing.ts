import { and, asc, gt, notLike } from 'drizzle-orm'
import { organizationOf } from '../../../src/db/ids.ts'
import type { LocalDatabases } from '../../../src/db/local.ts'
import { AppError } from '../../../src/errors.ts'
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

/** The sealing anew of a node, as often as it becomes the one that writes. */
export class Resealing {
  readonly #closing = new AbortController()
  #underWay: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly seal: Seal,
    private readonly log: Record<'info' | 'warn', (fields: object, message: string) => void>,
  ) {}

  /** What a failover or the end cuts off is no bug: whoever writes next goes on with it. */
  begin(db: ResealingParts['db']): Promise<void> {
    const work = this.#run(db)
    this.#underWay = Promise.allSettled([this.#underWay, work])
    return work
  }

  /** Begins no more, and waits for what is being written: the databases close after it. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#underWay
  }

  async #run(db: ResealingParts['db']): Promise<void> {
    const { seal, log } = this
    const { signal } = this.#closing
    try {
      const { resealed, lost } = await reseal({ db, seal }, signal)
      if (resealed > 0) log.info({ keys: resealed }, 'keys of AI providers were sealed under the current secret')
      if (lost > 0) log.warn({ keys: lost }, 'keys of AI providers were sealed under a secret that is not known')
    } catch (error) {
      if (signal.aborted && error === signal.reason) return
      if (!(error instanceof AppError)) throw error
      const message = 'sealing keys of AI providers anew was cut off; whoever writes next goes on with it'
      log.info({ why: error.message }, message)
    }
  }
}

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
      const done = await allOf(
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

/** All of them, once none is under way any more. @throws what the first that failed did. */
async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works)
  return Promise.all(works)
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
