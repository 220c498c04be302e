import type { OrganizationId } from '../../../src/db/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Embedder } from './embedder.ts'
import { fused } from './fusion.ts'
import { searchInMemory } from './memory-search.ts'
import type { PassageIndex } from './passage-index.ts'
import type { CapsuleText, Passage } from './passages.ts'
import type { Found } from './search.ts'

export interface RetrievalParts {
  readonly index: PassageIndex
  /** Where it has no model, passages are found by words alone. */
  readonly embedder: Embedder
  readonly reportBug: (error: unknown) => void
}

export interface Wanted {
  readonly capsuleId: string
  readonly question: string
  readonly signal: AbortSignal
}

/** How long a question waits to be understood; then words must do. */
const meaningMsMax = 400
/** Of each ranking, so that what stands low in both can rise. */
const rankedMax = 40

/** Finds the passages that answer: by words, and where there is a model for it by meaning too. */
export class Retrieval {
  constructor(private readonly parts: RetrievalParts) {}

  /** Never fails: without an index it looks through the text itself. */
  async find(organizationId: OrganizationId, wanted: Wanted, text: CapsuleText, most: number): Promise<Found[]> {
    const { capsuleId, question } = wanted
    const { index, embedder } = this.parts
    const limit = embedder.modelOf(organizationId) === undefined ? most : rankedMax
    const search = () => index.search(organizationId, capsuleId, text.version, question, limit)
    let found = search()
    try {
      if (found === undefined) {
        // The publication's own indexing is still under way, or was lost with a process: it is done here, once for all who wait.
        await index.index(organizationId, capsuleId, text)
        found = search() ?? []
      }
    } catch (error) {
      this.parts.reportBug(error)
      return searchInMemory(text, question, most)
    }
    const near = await this.#near(organizationId, wanted, text.version)
    return near.length === 0 ? found.slice(0, most) : fused(found, near, most)
  }

  /** None when the provider is away, too slow or not paid for: words find without it. */
  async #near(
    organizationId: OrganizationId,
    { capsuleId, question, signal }: Wanted,
    version: number,
  ): Promise<Passage[]> {
    const { index, embedder } = this.parts
    if (embedder.modelOf(organizationId) === undefined || !index.hasVectors(organizationId, capsuleId, version))
      return []
    try {
      const caller = { organizationId, keyId: '', capsuleId }
      const { model, meanings } = await embedder.of(caller, [question], { signal, beginMs: meaningMsMax })
      const [meaning] = meanings
      if (meaning === undefined) return []
      return index.near(organizationId, { capsuleId, version, model }, meaning, rankedMax)
    } catch (error) {
      if (!(error instanceof Refusal) && !signal.aborted) this.parts.reportBug(error)
      return []
    }
  }
}
