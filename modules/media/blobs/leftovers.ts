import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from './files.ts'
import { type BlobKey, type BlobStore, keyOf } from './store.ts'

export interface LeftoversOptions {
  readonly folder: string
  readonly store: Pick<BlobStore, 'remove'>
  /** Which of these the databases know. All of one organization. */
  readonly known: (organizationId: BlobKey['organizationId'], hashes: readonly string[]) => ReadonlySet<string>
  /** How long nobody must have known a blob before it goes. */
  readonly graceMs: number
}

interface Unknown {
  readonly key: BlobKey
  readonly sinceMs: number
}

const askedAtOnce = 100
/** What is remembered as unknown; more is found at the next look. */
const unknownMax = 10_000

/**
 * Blobs in the folder of a node that is not the one that collects: the job runs where the primary is and removes what lies there. A
 * blob goes when nobody has known it at every look for the grace time; a restart begins that time anew.
 */
export class Leftovers {
  #unknown = new Map<string, Unknown>()

  constructor(private readonly options: LeftoversOptions) {}

  async sweep(nowMs: number): Promise<void> {
    const before = this.#unknown
    this.#unknown = new Map()
    for (const organization of await namesIn(this.options.folder)) {
      for (const first of await namesIn(join(this.options.folder, organization))) {
        const keys = (await namesIn(join(this.options.folder, organization, first))).flatMap(
          (name) => keyOf(`${organization}/${first}/${name}`) ?? [],
        )
        for (let n = 0; n < keys.length; n += askedAtOnce) this.#look(keys.slice(n, n + askedAtOnce), before, nowMs)
      }
    }
    for (const [name, { key, sinceMs }] of this.#unknown) {
      if (nowMs - sinceMs < this.options.graceMs) continue
      await this.options.store.remove(key)
      this.#unknown.delete(name)
    }
  }

  #look(keys: readonly BlobKey[], before: ReadonlyMap<string, Unknown>, nowMs: number): void {
    const [first] = keys
    if (first === undefined) return
    const known = this.options.known(
      first.organizationId,
      keys.map(({ hash }) => hash),
    )
    for (const key of keys) {
      const name = `${key.organizationId} ${key.hash}`
      if (known.has(key.hash) || this.#unknown.size >= unknownMax) continue
      this.#unknown.set(name, { key, sinceMs: before.get(name)?.sinceMs ?? nowMs })
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) return []
    throw error
  }
}
