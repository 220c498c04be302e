import type { Block } from '../../../../capsule/index.ts'
import { blocksIn, type EditedDocument } from './tree.ts'

/** One block in which two versions of a document differ. */
export interface Difference {
  readonly id: string
  readonly mine: Block | undefined
  readonly theirs: Block | undefined
}

/** The blocks that are in one alone, or not the same in both; in the order of mine, then what only they have. */
export function differences(mine: EditedDocument, theirs: EditedDocument): Difference[] {
  const [ours, others] = [leaves(mine), leaves(theirs)]
  const found: Difference[] = []
  for (const [id, block] of ours) {
    const other = others.get(id)
    if (other === undefined || !same(block, other)) found.push({ id, mine: block, theirs: other })
  }
  for (const [id, block] of others) if (!ours.has(id)) found.push({ id, mine: undefined, theirs: block })
  return found
}

/** What columns hold is compared by itself. */
function leaves(document: EditedDocument): ReadonlyMap<string, Block> {
  const all = document.pages.flatMap((page) => [...blocksIn(page.blocks)])
  return new Map(all.filter((block) => block.type !== 'columns').map((block) => [block.id, block]))
}

/** Whatever the order of the fields: two editors write them differently. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, n) => same(item, other[n]))
    )
  }
  const [names, otherNames] = [namesOf(one), namesOf(other)]
  const [fields, otherFields] = [one as Record<string, unknown>, other as Record<string, unknown>]
  return names.length === otherNames.length && names.every((name) => same(fields[name], otherFields[name]))
}

function namesOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [name]))
}
