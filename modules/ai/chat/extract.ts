import { sentencesOf } from './passages.ts'
import type { Phrases } from './phrases.ts'
import type { Found } from './search.ts'
import { contentTerms, termsOf } from './words.ts'

/** Where an answer comes from: `[1]` in its text, a block in the capsule. */
export interface Citation {
  readonly number: number
  readonly page: string
  readonly block: string
  readonly quote: string
}

export interface Extract {
  readonly text: string
  readonly citations: readonly Citation[]
  /** Whether the capsule says something about it. */
  readonly answers: boolean
}

/** Below this share of what was asked for, a passage is not an answer. */
const coverageMin = 0.34
const quotesMax = 3
/** Passages much worse than the best are left out. */
const scoreShareMin = 0.65
const quoteLengthMax = 480
const stemLength = 5

/**
 * An answer in the capsule's own words: the best passages, quoted and cited by numbers from `first`. Says so when there are
 * none.
 */
export function extract(found: readonly Found[], question: string, phrases: Phrases, first = 1): Extract {
  const best = found[0]
  const enough = found.filter(({ coverage }) => coverage >= coverageMin)
  const chosen = enough.filter(({ score }) => score >= (best?.score ?? 0) * scoreShareMin).slice(0, quotesMax)
  const citations = chosen.map(({ passage }, n) => ({
    number: first + n,
    page: passage.page,
    block: passage.block,
    quote: quoteOf(passage.text, question),
  }))
  if (citations.length === 0) return { text: phrases.notSaid, citations: [], answers: false }
  const quotes = citations.map(({ number, quote }) => `> ${quote.replaceAll('\n', '\n> ')} [${number}]`)
  return { text: `${phrases.found}\n\n${quotes.join('\n\n')}`, citations, answers: true }
}

/** The sentences of a passage that the question is about, as they stand there. */
function quoteOf(text: string, question: string): string {
  const sentences = sentencesOf(text)
  const asked = contentTerms(question).map((term) => term.slice(0, stemLength))
  const hits = sentences.map((sentence) => {
    const terms = termsOf(sentence)
    return asked.filter((stem) => terms.some((term) => term.startsWith(stem))).length
  })
  const best = hits.indexOf(Math.max(...hits))
  let first = best
  let last = best
  const length = (from: number, to: number) => sentences.slice(from, to + 1).join(' ').length
  // A sentence often ends in the next one; one before says of whom it speaks.
  while (last + 1 < sentences.length && length(first, last + 1) <= quoteLengthMax) last++
  while (first > 0 && length(first - 1, last) <= quoteLengthMax) first--
  const quote = between(text, sentences, first, last)
  return quote.length <= quoteLengthMax * 2 ? quote : `${quote.slice(0, quoteLengthMax * 2)}…`
}

/** From one sentence to another as they stand there, lines and all. */
function between(text: string, sentences: readonly string[], first: number, last: number): string {
  let at = 0
  let from = 0
  for (const [n, sentence] of sentences.slice(0, last + 1).entries()) {
    const start = text.indexOf(sentence, at)
    if (n === first) from = start
    at = start + sentence.length
  }
  return text.slice(from, at)
}

/** What a provider's answer names: numbers of the passages that it was shown; others are its invention. */
export function citationsIn(answer: string, found: readonly Found[], question: string): Citation[] {
  const numbers = new Set(
    [...answer.matchAll(/\[(\d{1,2}(?:, ?\d{1,2})*)\]/g)].flatMap((match) => (match[1] ?? '').split(',').map(Number)),
  )
  return [...numbers]
    .sort((a, z) => a - z)
    .flatMap((number) => {
      const passage = found[number - 1]?.passage
      if (passage === undefined) return []
      return [{ number, page: passage.page, block: passage.block, quote: quoteOf(passage.text, question) }]
    })
}
