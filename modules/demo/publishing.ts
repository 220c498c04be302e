import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Capsules, Publications, Responses } from '../capsule/index.ts'
import { giveAnswers } from './answers.ts'
import type { DemoCapsule } from './capsules/capsule.ts'

export interface Publishing {
  readonly capsules: Pick<Capsules, 'create' | 'get' | 'list' | 'movedTo' | 'move' | 'copy' | 'draft' | 'saveDraft'>
  readonly publications: Pick<Publications, 'at' | 'publish' | 'version'>
  readonly responses: Pick<Responses, 'submit' | 'totals'>
}

type CapsuleRow = ReturnType<Capsules['get']>

const listLimit = 100

/** Makes a capsule of the demo what its definition says: found by its slug, published, answered. */
export async function publishDemoCapsule(
  parts: Publishing,
  organizationId: OrganizationId,
  by: string,
  definition: DemoCapsule,
): Promise<CapsuleRow> {
  const { capsules, publications } = parts
  const found = await ensureCapsule(parts, organizationId, definition)
  if (found.state === 'archived') await capsules.move(organizationId, found.id, 'unarchive')
  const draft = capsules.draft(organizationId, found.id)
  if (!Bun.deepEquals(draft.document, definition.document)) {
    await keepEdits(parts, organizationId, found, draft.document)
    await capsules.saveDraft(organizationId, found.id, draft.revision, definition.document)
  }
  const { version } = await publications.publish(organizationId, found.id, by)
  for (const given of definition.answers) await giveAnswers(parts.responses, found.id, version, definition.slug, given)
  return capsules.get(organizationId, found.id)
}

async function ensureCapsule(
  parts: Publishing,
  organizationId: OrganizationId,
  { slug, title, document }: DemoCapsule,
): Promise<CapsuleRow> {
  const known = find(parts, organizationId, slug)
  if (known !== undefined) return known
  try {
    return await parts.capsules.create(organizationId, { slug, title, draft: document })
  } catch (error) {
    // Two demos at once: the other one was quicker.
    const made = error instanceof AppError && error.code === 'conflict' ? find(parts, organizationId, slug) : undefined
    if (made === undefined) throw error
    return made
  }
}

/** The capsule at a slug, published or not, or the one that had it before somebody renamed it. */
function find({ capsules, publications }: Publishing, organizationId: OrganizationId, slug: string) {
  const at = publications.at(organizationId, slug)
  if (at.state === 'found') return capsules.get(organizationId, at.capsuleId)
  let cursor: string | undefined
  do {
    const page = capsules.list(organizationId, { limit: listLimit, cursor })
    const found = page.items.find((one) => one.slug === slug)
    if (found !== undefined) return found
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return capsules.movedTo(organizationId, slug)
}

/** Somebody's unpublished work on a demo capsule is not lost: it becomes a capsule of its own. What was published stays a version. */
async function keepEdits(
  { capsules, publications }: Publishing,
  organizationId: OrganizationId,
  { id, lastVersion }: CapsuleRow,
  draft: unknown,
): Promise<void> {
  if (lastVersion > 0 && Bun.deepEquals(publications.version(organizationId, id, lastVersion), draft)) return
  await capsules.copy(organizationId, id)
}
