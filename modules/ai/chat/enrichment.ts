import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Jobs } from '../../../src/jobs/jobs.ts'
import type { FileTexts } from '../extraction/file-texts.ts'
import { enrichIndex } from '../operations/passages.ts'
import { Refusal } from '../refusal.ts'
import { type Embedder, textsMax } from './embedder.ts'
import type { PassageIndex } from './passage-index.ts'
import { type CapsuleFile, type Passage, passagesOf, passagesOfCapsuleMax, type TextOf } from './passages.ts'

export interface EnrichmentParts {
  readonly index: PassageIndex
  readonly textOf: TextOf
  readonly files: FileTexts
  /** Where it has no model, nothing says what passages mean. */
  readonly embedder: Embedder
  readonly log: { warn(fields: object, message: string): void }
}

interface Version {
  readonly organizationId: OrganizationId
  readonly capsuleId: string
  readonly version: number
  readonly signal: AbortSignal
}

/** Passages of a capsule that are embedded: each question is compared with all of them. */
const embeddedMax = 2_000

/**
 * What takes longer than a question may wait is added to an index that is searched already: the texts of files, and what passages
 * mean. A job of the publication, so that it is done once and survives a restart; begun again, it adds what is missing.
 */
export function handleEnrichment(jobs: Jobs, parts: EnrichmentParts): void {
  jobs.handle(enrichIndex, async ({ capsuleId, version }, { organizationId, signal }) => {
    const text = organizationId === null ? undefined : parts.textOf(organizationId, capsuleId)
    if (organizationId === null || text === undefined || text.version !== version) return
    const passages = passagesOf(text)
    const written = passages.length
    for (const file of text.files ?? []) {
      if (passages.length >= passagesOfCapsuleMax) break
      passages.push(...(await passagesIn(parts.files, organizationId, file, passages.length, signal)))
      signal.throwIfAborted()
    }
    if (passages.length > written) await parts.index.add(organizationId, capsuleId, version, passages, written)
    await embed(parts, { organizationId, capsuleId, version, signal }, passages.slice(0, embeddedMax))
  })
}

/** Cited by the block that shows the file, under the file's own headings. */
async function passagesIn(
  files: FileTexts,
  organizationId: OrganizationId,
  { block, page, asset, title }: CapsuleFile,
  from: number,
  signal: AbortSignal,
): Promise<Passage[]> {
  const pieces = await files.of(organizationId, asset, signal)
  const blocks = pieces.map(({ kind, text }) => ({ id: block, page, kind, text }))
  return passagesOf({ title, blocks })
    .slice(0, passagesOfCapsuleMax - from)
    .map((passage, n) => ({ ...passage, number: from + n }))
}

/** In batches, each kept at once. A budget that is spent ends it: what has no vector is found by its words. */
async function embed(parts: EnrichmentParts, at: Version, passages: readonly Passage[]): Promise<void> {
  const { index, embedder, log } = parts
  const { organizationId, capsuleId, version, signal } = at
  const usual = embedder.modelOf(organizationId)
  if (usual === undefined) return
  const known = index.embedded(organizationId, { capsuleId, version, model: usual })
  const missing = passages.filter(({ number }) => !known.has(number))
  for (let from = 0; from < missing.length; from += textsMax) {
    signal.throwIfAborted()
    const batch = missing.slice(from, from + textsMax)
    const texts = batch.map(({ heading, text }) => (heading === text ? text : `${heading}\n${text}`))
    try {
      const { model, meanings } = await embedder.of({ organizationId, keyId: '', capsuleId }, texts, { signal })
      const vectors = batch.flatMap(({ number }, n) => {
        const meaning = meanings[n]
        return meaning === undefined ? [] : [{ number, meaning }]
      })
      await index.addVectors(organizationId, { capsuleId, version, model }, vectors)
    } catch (error) {
      if (!(error instanceof Refusal) || error.type !== 'insufficient_quota') throw error
      return log.warn({ capsuleId, version, missing: missing.length - from }, 'the budget does not hold more vectors')
    }
  }
}
