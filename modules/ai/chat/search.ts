import { Alignment, type Asked, isEnglish } from './alignment.ts'
import { expectationOf } from './expectation.ts'
import type { Passage } from './passages.ts'
import { type WordVectors, wordVectors } from './word-vectors.ts'
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
const prefixLengthMin = 4
/** Passages of one section lend each other a part of their score: one says what another is about. */
const besideWeight = 0.25
const sectionReach = 3
/** Of so many of the best. */
const neighboursOf = 8
/** A passage that holds the kind of thing that is asked for: a number, a time, a name. */
const expectedWeight = 0.4
/** What names or asks answers little. */
const headingShape = 0.5
const formShape = 0.7
/** Looked at more closely, because their lengths count. */
const candidatesMax = 120
/**
 * What each part counts: the likest words, which are the words themselves where these stand; words that stand in the section alone; what
 * the whole is about; and BM25, which is all there is in another language.
 */
const likeWeight = 2.8
const sectionWeight = 0.5
const aboutWeight = 2.2
const lexicalWeight = 0.15
/** Words that are like one that was asked for lead to passages that have none of it: nearer ones more surely. */
const likeEnough = 0.4
const likeTiers = [
  { words: 6, share: 0.4 },
  { words: 24, share: 0.25 },
] as const

interface Score {
  score: number
  covered: number
}

/**
 * The passages that answer best, by BM25 with the statistics of this capsule alone: those of a whole table would let other
 * organizations' words weigh in, and would cost a walk over them.
 */
export function search(source: SearchSource, question: string, most: number): Found[] {
  const vectors = isEnglish(question) ? wordVectors() : undefined
  const terms = contentTerms(question)
  const scores = new Map<number, Score>()
  const led = new Map<number, number>()
  const asked: Asked[] = []
  for (const [n, term] of terms.entries()) {
    const { text, heading, weight } = hitsOf(source, term)
    const inText = new Set(text)
    const onlyHeading = heading.filter((row) => !inText.has(row))
    // One heading stands over many passages: where the word stands in texts too, these say how rare it is.
    const idf = idfOf(source.passages, text.length > 0 ? text.length : onlyHeading.length)
    add(scores, text, idf * weight, idf * weight)
    add(scores, onlyHeading, idf * weight * headingWeight, idf * weight)
    const both = heading.filter((row) => inText.has(row))
    add(scores, both, idf * weight * headingWeight * 0.5, 0)
    const next = terms[n + 1]
    if (next !== undefined && text.length > 0) {
      add(scores, source.hits(`${term} ${next}`, false).text, idf * pairWeight, 0)
    }
    const rows = new Set([...text, ...heading])
    const known = vectors?.rowOf(term)
    const likenesses = known === undefined ? undefined : vectors?.likenesses(known)
    if (vectors !== undefined && likenesses !== undefined) follow(source, led, vectors, likenesses, rows, idf)
    asked.push({ term, idf, rows, likenesses })
  }
  return ranked(source, { scores, led, asked, vectors }, question).slice(0, most)
}

interface Evidence {
  readonly scores: ReadonlyMap<number, Score>
  /** Rows that only words like those asked for have led to, and how surely. */
  readonly led: ReadonlyMap<number, number>
  readonly asked: readonly Asked[]
  readonly vectors: WordVectors | undefined
}

function ranked(source: SearchSource, { scores, led, asked, vectors }: Evidence, question: string): Found[] {
  const promise = new Map([...scores].map(([row, { score }]) => [row, score]))
  for (const [row, more] of led) promise.set(row, (promise.get(row) ?? 0) + more)
  const candidates = [...promise].sort(([, a], [, z]) => z - a).slice(0, candidatesMax)
  // What stands around the best is about the same thing, in other words.
  const best = candidates.slice(0, neighboursOf).flatMap(([row]) => around(row))
  const loaded = source.load([...new Set([...candidates.map(([row]) => row), ...best])])
  const whole = Math.max(
    1e-9,
    asked.reduce((sum, { idf }) => sum + idf, 0),
  )
  const texts = [...loaded.values()].slice(0, neighboursOf).map(({ text }) => text)
  const alignment =
    vectors !== undefined && isEnglish(texts.join(' ')) ? new Alignment(vectors, asked, question) : undefined
  const averageWords = source.words / Math.max(1, source.passages)
  const expected = expectationOf(question)
  const alone = [...loaded].map(([row, passage]) => {
    const { score, covered } = scores.get(row) ?? { score: 0, covered: 0 }
    const length = (k1 + 1) / (1 + k1 * (1 - b + (b * passage.words) / Math.max(1, averageWords)))
    const lexical = (score * length) / whole
    const like = alignment?.of(row, passage)
    const sum =
      like === undefined ? lexical : lexicalWeight * lexical + likeWeight * like.share + aboutWeight * like.about
    return { row, passage, like, coverage: Math.max(covered / whole, like?.covered ?? 0), score: sum }
  })
  const at = new Map(alone.map((one) => [one.row, one]))
  return alone
    .map(({ row, passage, like, coverage, score }) => {
      const section = around(row).flatMap((next) => {
        const other = at.get(next)
        return other?.passage.heading === passage.heading && other.passage.page === passage.page ? [other] : []
      })
      const beside = Math.max(0, ...section.map((other) => other.score))
      const likes = section.flatMap((other) => other.like ?? [])
      const added = like === undefined ? 0 : (alignment?.around(like, likes) ?? 0)
      // A passage must hold what is expected, and a heading alone answers little; it leads to what stands below it.
      const kind = expected?.(passage.text) ? expectedWeight : 0
      const shape = passage.text === passage.heading ? headingShape : asksOnly(passage.text) ? formShape : 1
      const sum = score + kind + besideWeight * beside + sectionWeight * added
      return { passage, score: sum * shape, coverage: Math.min(1, coverage) }
    })
    .filter(({ score }) => score > 0)
    .sort((a, z) => z.score - a.score || a.passage.number - z.passage.number)
}

/** Passages that hold words like one that was asked for, and not itself. */
function follow(
  source: SearchSource,
  led: Map<number, number>,
  vectors: WordVectors,
  likenesses: Float32Array,
  rows: ReadonlySet<number>,
  idf: number,
): void {
  const near: { word: string; likeness: number }[] = []
  for (const [row, likeness] of likenesses.entries()) {
    if (likeness >= likeEnough) near.push({ word: vectors.words[row] ?? '', likeness })
  }
  near.sort((a, z) => z.likeness - a.likeness)
  for (const { words, share } of likeTiers) {
    const others = source.anyOf(near.slice(0, words).map(({ word }) => word)).filter((row) => !rows.has(row))
    const worth = share * Math.min(idf, idfOf(source.passages, others.length))
    for (const row of others) led.set(row, (led.get(row) ?? 0) + worth)
  }
}

/** A form: some of its lines ask, and none of them says anything. */
function asksOnly(text: string): boolean {
  return /\?\s*$/m.test(text) && !/[.!…:。！]["”’)]?\s*$/m.test(text)
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
