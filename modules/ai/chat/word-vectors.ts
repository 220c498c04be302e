import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import file from './word-vectors.bin' with { type: 'file' }

/** Four numbers of four bytes: how long the list of words is, how many they are, bytes of a vector, dimensions of a byte. */
const headBytes = 16
const centres = 256
/** Endings that a word may have and its form in the list not; what they are replaced by. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/s$/, ''],
  [/es$/, ''],
  [/ies$/, 'y'],
  [/ed$/, ''],
  [/ed$/, 'e'],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/ly$/, ''],
  [/(.)\1(ed|ing)$/, '$1'],
]

/**
 * What some 48,000 English words mean, as vectors made by `scripts/word-vectors.py`: words that can stand for one another are near. A
 * vector is a list of bytes, each of which names one of 256 centres of a few dimensions; likeness to all words is a walk over tables.
 */
export class WordVectors {
  readonly dimensions: number
  readonly words: readonly string[]
  readonly #rows = new Map<string, number>()
  readonly #telling: Uint8Array
  readonly #books: Float32Array
  readonly #codes: Uint8Array
  readonly #lengths: Float32Array
  readonly #bytes: number
  readonly #of: number

  constructor(packed: Uint8Array) {
    const bytes: Uint8Array = gunzipSync(packed)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const listed = view.getUint32(0, true)
    const count = view.getUint32(4, true)
    this.#bytes = view.getUint32(8, true)
    this.#of = view.getUint32(12, true)
    this.dimensions = this.#bytes * this.#of
    let at = headBytes
    const take = (length: number) => {
      at += length
      return bytes.subarray(at - length, at)
    }
    this.words = new TextDecoder().decode(take(listed)).split('\n')
    for (const [row, word] of this.words.entries()) this.#rows.set(word, row)
    this.#telling = take(count)
    const books = take(this.#bytes * centres * this.#of)
    this.#books = Float32Array.from(new Int8Array(books.buffer, books.byteOffset, books.length))
    this.#codes = take(count * this.#bytes)
    this.#lengths = this.#measured(count)
  }

  /** The place of a word, whatever its ending; undefined for one that is not known. */
  rowOf(word: string): number | undefined {
    const row = this.#rows.get(word)
    if (row !== undefined || word.length < 4) return row
    for (const [ending, instead] of endings) {
      const form = word.replace(ending, instead)
      const known = form === word || form.length < 3 ? undefined : this.#rows.get(form)
      if (known !== undefined) return known
    }
    return undefined
  }

  /** How much a word says by itself, by how rare it is. 0 to 1. */
  telling(row: number): number {
    return (this.#telling[row] ?? 0) / 255
  }

  /** Adds so much of a word's direction to a sum. */
  add(row: number, share: number, sum: Float32Array): void {
    const scale = share / (this.#lengths[row] ?? 1)
    for (let byte = 0; byte < this.#bytes; byte++) {
      const centre = this.#centre(row, byte)
      for (let n = 0; n < this.#of; n++) {
        const place = byte * this.#of + n
        sum[place] = (sum[place] ?? 0) + scale * (this.#books[centre + n] ?? 0)
      }
    }
  }

  /** The cosines between a word and every word. */
  likenesses(row: number): Float32Array {
    const word = new Float32Array(this.dimensions)
    this.add(row, 1, word)
    const table = new Float32Array(this.#bytes * centres)
    for (let n = 0; n < table.length; n++) {
      const from = Math.floor(n / centres) * this.#of
      let sum = 0
      for (let d = 0; d < this.#of; d++) sum += (word[from + d] ?? 0) * (this.#books[n * this.#of + d] ?? 0)
      table[n] = sum
    }
    const found = new Float32Array(this.words.length)
    const codes = this.#codes
    let at = 0
    for (let other = 0; other < found.length; other++) {
      let sum = 0
      for (let byte = 0; byte < this.#bytes; byte++) sum += table[byte * centres + (codes[at++] ?? 0)] ?? 0
      found[other] = sum / (this.#lengths[other] ?? 1)
    }
    return found
  }

  #centre(row: number, byte: number): number {
    return (byte * centres + (this.#codes[row * this.#bytes + byte] ?? 0)) * this.#of
  }

  #measured(count: number): Float32Array {
    const squares = new Float32Array(this.#bytes * centres)
    for (let n = 0; n < squares.length; n++) {
      let sum = 0
      for (let d = 0; d < this.#of; d++) sum += (this.#books[n * this.#of + d] ?? 0) ** 2
      squares[n] = sum
    }
    const lengths = new Float32Array(count)
    for (let row = 0, at = 0; row < count; row++) {
      let sum = 0
      for (let byte = 0; byte < this.#bytes; byte++) sum += squares[byte * centres + (this.#codes[at++] ?? 0)] ?? 0
      lengths[row] = Math.sqrt(sum)
    }
    return lengths
  }
}

let loaded: WordVectors | undefined

/** Read from the executable at the first question: some megabytes that a server without a chat never needs. */
export function wordVectors(): WordVectors {
  loaded ??= new WordVectors(readFileSync(file))
  return loaded
}
