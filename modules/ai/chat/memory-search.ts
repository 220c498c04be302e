import { type CapsuleText, type Passage, passagesOf } from './passages.ts'
import { type Found, type Hits, type SearchSource, search } from './search.ts'
import { termsOf } from './words.ts'

/** Endings that differ are the same word by this beginning; FTS5's stemmer does it better. */
const stemLength = 6

/** The same search without an index: for when none can be made, because the database cannot be written. */
export function searchInMemory(text: CapsuleText, question: string, most: number): Found[] {
  return search(new TextInMemory(passagesOf(text)), question, most)
}

class TextInMemory implements SearchSource {
  readonly words: number
  readonly #texts: readonly string[]
  readonly #headings: readonly string[]

  constructor(private readonly all: readonly Passage[]) {
    this.words = all.reduce((sum, one) => sum + one.words, 0)
    this.#texts = all.map(({ text }) => ` ${termsOf(text).join(' ')} `)
    this.#headings = all.map(({ heading }) => ` ${termsOf(heading).join(' ')} `)
  }

  get passages(): number {
    return this.all.length
  }

  hits(phrase: string): Hits {
    const begin = ` ${phrase
      .split(' ')
      .map((term, n, terms) => (n === terms.length - 1 ? term.slice(0, stemLength) : term))
      .join(' ')}`
    const rows = (texts: readonly string[]) => texts.flatMap((text, row) => (text.includes(begin) ? [row] : []))
    return { text: rows(this.#texts), heading: rows(this.#headings) }
  }

  anyOf(words: readonly string[]): readonly number[] {
    return [...new Set(words.flatMap((word) => this.hits(word).text))]
  }

  load(rows: readonly number[]): Map<number, Passage> {
    return new Map(
      rows.flatMap((row) => {
        const passage = this.all[row]
        return passage === undefined ? [] : [[row, passage] as const]
      }),
    )
  }
}
