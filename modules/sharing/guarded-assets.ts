import { LRUCache } from 'lru-cache'
import { entries } from '../../src/cache/entries.ts'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Capsules, capsuleChanged } from '../capsule/index.ts'
import type { Assets } from '../media/index.ts'
import type { CapsuleAccess } from './access.ts'
import { accessChanged } from './events.ts'

const cachedMax = 20_000
/** Capsules that are looked at; a file that more of them show than this is no secret. */
const usesMax = 100

export interface GuardedAssetsDeps {
  readonly databases: Pick<Databases, 'changes'>
  readonly assets: Pick<Assets, 'uses'>
  readonly capsules: Pick<Capsules, 'get'>
  readonly access: Pick<CapsuleAccess, 'isPrivate'>
}

/** Which files are published by private capsules alone. */
export class GuardedAssets {
  readonly #known = new LRUCache<string, boolean>(entries(cachedMax))

  constructor(private readonly deps: GuardedAssetsDeps) {
    const { changes } = deps.databases
    changes.onApplied(accessChanged, () => this.#known.clear())
    changes.onApplied(capsuleChanged, () => this.#known.clear())
  }

  isGuarded(assetId: string): boolean {
    const known = this.#known.get(assetId)
    if (known !== undefined) return known
    const isGuarded = this.#look(assetId)
    this.#known.set(assetId, isGuarded)
    return isGuarded
  }

  #look(assetId: string): boolean {
    const { assets, access } = this.deps
    try {
      const { items, nextCursor } = assets.uses(organizationOf(assetId), assetId, usesMax)
      const published = items.filter(({ capsule, places }) => places.includes('published') && this.#isOnline(capsule))
      return nextCursor === null && published.length > 0 && published.every(({ capsule }) => access.isPrivate(capsule))
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return false
      throw error
    }
  }

  #isOnline(capsuleId: string): boolean {
    try {
      return this.deps.capsules.get(organizationOf(capsuleId), capsuleId).state === 'published'
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return false
      throw error
    }
  }
}
