import type { Passage } from './passages.ts'
import type { WordVectors } from './word-vectors.ts'
import { languageOf, termsOf } from './words.ts'

/** One word of a question as the search has weighed it. */
export interface Asked {
  readonly term: string
  readonly idf: number
  /** The rows in whose text or heading it stands. */
  readonly rows: ReadonlySet<number>
  /** How like each known word is to it. */
  readonly likenesses: Float32Array | undefined
}

export interface Likeness {
  /** How near each word of the question is met here, in their order. 0 to 1. */
  readonly met: readonly number[]
  /** Of the question's words, weighed by how telling they are, the share that stands here in other words too. 0 to 1. */
  readonly share: number
  /** The same, of what is so near that it answers. */
  readonly covered: number
  /** The cosine between what the whole question and the whole passage are about. */
  readonly about: number
}

/** A word that stands nowhere in the capsule must not outweigh all others. */
const idfMax = 5
/** What is half as like says less than half. */
const power = 1.5
/** From here on another word answers for the one that was asked for. */
const answersFrom = 0.55
const answersTrust = 0.75
const smallWordShare = 0.05

/**
 * How like passages are to a question where their words differ: each word of the question is met by the likest of the passage's, and the
 * directions of all words together are compared.
 */
export class Alignment {
  readonly #whole: Float32Array
  readonly #weight: number

  constructor(
    private readonly vectors: WordVectors,
    private readonly asked: readonly Asked[],
    question: string,
  ) {
    this.#whole = this.#direction(this.#rowsOf(question))
    this.#weight = asked.reduce((sum, { idf }) => sum + Math.min(idf, idfMax), 0)
  }

  of(row: number, passage: Passage): Likeness {
    const heading = passage.text === passage.heading ? '' : passage.heading
    const words = this.#rowsOf(`${passage.text} ${heading}`)
    const near: number[] = []
    let share = 0
    let covered = 0
    for (const { idf, rows, likenesses } of this.asked) {
      const weight = Math.min(idf, idfMax)
      const met = rows.has(row) ? 1 : highest(likenesses, words)
      near.push(met ** power)
      share += weight * met ** power
      covered += met === 1 ? weight : met >= answersFrom ? weight * answersTrust : 0
    }
    const whole = Math.max(this.#weight, 1e-9)
    const about = dot(this.#whole, this.#direction(words))
    return { met: near, share: share / whole, covered: covered / whole, about }
  }

  /** Of the question's words, the share that passages around one meet and it does not: they say what it speaks of. 0 to 1. */
  around(one: Likeness, others: readonly Likeness[]): number {
    let sum = 0
    for (const [n, { idf }] of this.asked.entries()) {
      const most = others.reduce((top, { met }) => Math.max(top, met[n] ?? 0), 0)
      sum += Math.min(idf, idfMax) * Math.max(0, most - (one.met[n] ?? 0))
    }
    return sum / Math.max(this.#weight, 1e-9)
  }

  #rowsOf(text: string): number[] {
    return termsOf(text).flatMap((term) => this.vectors.rowOf(term) ?? [])
  }

  #direction(rows: readonly number[]): Float32Array {
    const sum = new Float32Array(this.vectors.dimensions)
    for (const row of rows) this.vectors.add(row, Math.max(smallWordShare, this.vectors.telling(row)), sum)
    const length = Math.hypot(...sum)
    return length === 0 ? sum : sum.map((value) => value / length)
  }
}

/**
 * Whether a text can be compared by English words: unless its own small words say that it is in another language. A single one does not:
 * it stands in English too (`e-bike`, `sin`).
 */
export function isEnglish(text: string): boolean {
  return (languageOf(text, 2) ?? 'en') === 'en'
}

function highest(likenesses: Float32Array | undefined, rows: readonly number[]): number {
  let most = 0
  if (likenesses !== undefined) for (const row of rows) most = Math.max(most, likenesses[row] ?? 0)
  return Math.min(most, 0.999)
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let n = 0; n < one.length; n++) sum += (one[n] ?? 0) * (other[n] ?? 0)
  return sum
}
