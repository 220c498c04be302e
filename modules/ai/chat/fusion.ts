import type { Passage } from './passages.ts'
import type { Found } from './search.ts'

/** Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet" (2009). */
const k = 60

/**
 * Two rankings as one: by words, and by meaning. Only ranks count, so that scores of different kinds need no common measure. What
 * meaning alone has found covers none of the question's words, and so is shown to a provider but not quoted as an answer.
 */
export function fused(byWords: readonly Found[], byMeaning: readonly Passage[], limit: number): Found[] {
  const found = new Map<number, Found>()
  for (const [rank, one] of byWords.entries()) found.set(one.passage.number, { ...one, score: 1 / (k + rank + 1) })
  for (const [rank, passage] of byMeaning.entries()) {
    const known = found.get(passage.number) ?? { passage, score: 0, coverage: 0 }
    found.set(passage.number, { ...known, score: known.score + 1 / (k + rank + 1) })
  }
  return [...found.values()].sort((a, z) => z.score - a.score || a.passage.number - z.passage.number).slice(0, limit)
}
