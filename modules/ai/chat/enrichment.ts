import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Jobs } from '../../../src/jobs/jobs.ts'
import type { FileTexts } from '../extraction/file-texts.ts'
import { enrichIndex } from '../operations/passages.ts'
import type { PassageIndex } from './passage-index.ts'
import { type CapsuleFile, type Passage, passagesOf, passagesOfCapsuleMax, type TextOf } from './passages.ts'

export interface EnrichmentParts {
  readonly index: PassageIndex
  readonly textOf: TextOf
  readonly files: FileTexts
}

/**
 * What takes longer than a question may wait is added to an index that is searched already: the texts of files. A job of the
 * publication, so that it is done once and survives a restart; begun again, it adds what is missing.
 */
export function handleEnrichment(jobs: Jobs, { index, textOf, files }: EnrichmentParts): void {
  jobs.handle(enrichIndex, async ({ capsuleId, version }, { organizationId, signal }) => {
    const text = organizationId === null ? undefined : textOf(organizationId, capsuleId)
    if (organizationId === null || text === undefined || text.version !== version) return
    const passages = passagesOf(text)
    const written = passages.length
    for (const file of text.files ?? []) {
      if (passages.length >= passagesOfCapsuleMax) break
      passages.push(...(await passagesIn(files, organizationId, file, passages.length, signal)))
      signal.throwIfAborted()
    }
    if (passages.length > written) await index.add(organizationId, capsuleId, version, passages, written)
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
