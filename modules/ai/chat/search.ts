import { expectationOf } from './expectation.ts'
import type { Passage } from './passages.ts'
import { synonymsOf } from './synonyms.ts'
import { relatedTo } from './thesaurus.ts'
import { contentTerms } from './words.ts'

/** The rows in whose text or heading a word stands. */
export interface Hits {
  readonly text: readonly number[]
  readonly heading: readonly number[]
}

/** One capsule's passages, as a search sees them. */
export interface SearchSource {
  readonly passages: number
  readonly words: number
  /** `phrase`: one word, or several that stand beside each other. */
  hits(phrase: string, prefix: boolean): Hits
  /** The rows in whose text any of these words stands. */
  anyOf(words: readonly string[]): readonly number[]
  load(rows: readonly number[]): Map<number, Passage>
}

export interface Found {
  readonly passage: Passage
  readonly score: number
  /** Of what the question asks for, weighed by how telling the words are, the share that stands here. 0 to 1. */
  readonly coverage: number
}

/** Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); passages are of like length. */
const k1 = 1.2
const b = 0.4
const headingWeight = 0.55
const pairWeight = 0.6
const prefixWeight = 0.7
/** Another word for one that was asked for; one that is only related to it, and says less of whether it was answered. */
const synonymWeight = 0.8
const relatedWeight = 0.4
const prefixLengthMin = 4
/** Passages of one section lend each other a part of their score: one says what another is about. */
const besideWeight = 0.3
const sectionReach = 3
/** Of so many of the best. */
const neighboursOf = 8
/** A passage that holds the kind of thing that is asked for: a number, a time, a name. */
const expectedWeight = 1.35
/** Looked at more closely, because their lengths count. */
const candidatesMax = 60

interface Score {
  score: number
  covered: number
}

/**
 * The passages that answer best, by BM25 with the statistics of this capsule alone: those of a whole table would let other
 * organizations' words weigh in, and would cost a walk over them.
 */
export function search(source: SearchSource, question: string, most: number): Found[] {
  const terms = contentTerms(question)
  const scores = new Map<number, Score>()
  let whole = 0
  for (const [n, term] of terms.entries()) {
    const { text, heading, weight } = hitsOf(source, term)
    const inText = new Set(text)
    const onlyHeading = heading.filter((row) => !inText.has(row))
    // One heading stands over many passages: where the word stands in texts too, these say how rare it is.
    const idf = idfOf(source.passages, text.length > 0 ? text.length : onlyHeading.length)
    whole += idf
    add(scores, text, idf * weight, idf * weight)
    add(scores, onlyHeading, idf * weight * headingWeight, idf * weight)
    const both = heading.filter((row) => inText.has(row))
    add(scores, both, idf * weight * headingWeight * 0.5, 0)
    const seen = new Set([...text, ...heading])
    for (const [words, share, trust] of [
      [synonymsOf(term), synonymWeight, 0.75],
      [relatedTo(term), relatedWeight, 0.5],
    ] as const) {
      const others = source.anyOf(words).filter((row) => !seen.has(row))
      const worth = share * Math.min(idf, idfOf(source.passages, others.length))
      add(scores, others, worth, worth * trust)
      for (const row of others) seen.add(row)
    }
    const next = terms[n + 1]
    if (next !== undefined && text.length > 0) {
      add(scores, source.hits(`${term} ${next}`, false).text, idf * pairWeight, 0)
    }
  }
  return ranked(source, scores, whole, question).slice(0, most)
}

function ranked(source: SearchSource, scores: Map<number, Score>, whole: number, question: string): Found[] {
  const candidates = [...scores].sort(([, a], [, z]) => z.score - a.score).slice(0, candidatesMax)
  // What stands around the best is about the same thing, in other words.
  const best = candidates.slice(0, neighboursOf).flatMap(([row]) => around(row))
  const known = new Set(candidates.map(([row]) => row))
  const loaded = source.load([...new Set([...known, ...best])])
  const averageWords = source.words / Math.max(1, source.passages)
  const expected = expectationOf(question)
  const alone = [...loaded].map(([row, passage]) => {
    const { score, covered } = scores.get(row) ?? { score: 0, covered: 0 }
    const length = (k1 + 1) / (1 + k1 * (1 - b + (b * passage.words) / Math.max(1, averageWords)))
    return { row, passage, covered, score: score * length }
  })
  const scoreAt = new Map(alone.map(({ row, passage, score }) => [row, { passage, score }]))
  return alone
    .map(({ row, passage, covered, score }) => {
      const beside = around(row).map((next) => {
        const other = scoreAt.get(next)
        const isSection = other?.passage.heading === passage.heading && other.passage.page === passage.page
        return isSection ? other.score : 0
      })
      // A heading alone answers little; it leads to what stands below it.
      const shape = passage.text === passage.heading ? 0.5 : expected?.(passage.text) ? expectedWeight : 1
      const coverage = whole === 0 ? 0 : Math.min(1, covered / whole)
      return { passage, score: (score + besideWeight * Math.max(0, ...beside)) * shape, coverage }
    })
    .sort((a, z) => z.score - a.score || a.passage.number - z.passage.number)
}

function around(row: number): number[] {
  return Array.from({ length: 2 * sectionReach + 1 }, (_, n) => row + n - sectionReach).filter((next) => next !== row)
}

/** A word that stands nowhere is looked for by its beginning: other endings, compounds. */
function hitsOf(source: SearchSource, term: string): Hits & { weight: number } {
  const exact = source.hits(term, false)
  if (exact.text.length > 0 || exact.heading.length > 0) return { ...exact, weight: 1 }
  const beginning = term.slice(0, Math.max(prefixLengthMin, term.length - 2))
  if (term.length < prefixLengthMin + 1) return { ...exact, weight: 1 }
  return { ...source.hits(beginning, true), weight: prefixWeight }
}

function idfOf(passages: number, hits: number): number {
  return Math.log(1 + (passages - hits + 0.5) / (hits + 0.5))
}

function add(scores: Map<number, Score>, rows: readonly number[], score: number, covered: number): void {
  for (const row of rows) {
    const known = scores.get(row)
    if (known === undefined) scores.set(row, { score, covered })
    else {
      known.score += score
      known.covered += covered
    }
  }
}
