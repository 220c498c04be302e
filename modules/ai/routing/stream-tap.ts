import { isRecord } from '../requests.ts'
import { type Usage, usageIn } from './usage.ts'

/** Where the end of a stream, with its usage, is looked for. */
const tailBytesMax = 16_384
const done = Buffer.from('data: [DONE]')
const doneTight = Buffer.from('data:[DONE]')
const data = Buffer.from('data:')
const newline = 10

/**
 * Looks at a stream that passes, without touching it: whether it ended as it should, what its usage was, and how much came
 * when no usage did. A line break cannot stand inside JSON, so `data: [DONE]` at the begin of a line is never a model's word.
 */
export class StreamTap {
  readonly #tail: Buffer[] = []
  #tailBytes = 0
  /** The end of the chunk before, so that a mark that was split is seen. */
  #seam: Buffer = Buffer.alloc(0)
  #bytes = 0
  #events = 0
  #frameBytes = 0
  #isDone = false

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const joined = this.#seam.length === 0 ? bytes : Buffer.concat([this.#seam, bytes])
    this.#bytes += bytes.length
    if (this.#frameBytes === 0) this.#frameBytes = frameBytesOf(bytes)
    this.#events += count(bytes)
    this.#isDone ||= atLineStart(joined, done) || atLineStart(joined, doneTight)
    this.#seam = Buffer.from(joined.subarray(Math.max(0, joined.length - done.length)))
    this.#keep(bytes)
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /** The usage that the stream told; undefined when it told none that can be. */
  get usage(): Usage | undefined {
    const lines = Buffer.concat(this.#tail).toString('utf8').split('\n')
    for (let n = lines.length - 1; n >= 0; n--) {
      const line = lines[n] ?? ''
      if (!line.startsWith('data:') || !line.includes('"usage"')) continue
      const usage = usageOf(line.slice(5))
      if (usage !== undefined) return usage
    }
    return undefined
  }

  /** Tokens that came, guessed: an event has at least one, and four bytes of words are about one. */
  get outputSeen(): number {
    const words = this.#bytes - this.#events * this.#frameBytes
    return Math.max(this.#events - 1, Math.ceil(Math.max(0, words) / 4))
  }

  #keep(bytes: Buffer): void {
    this.#tail.push(bytes)
    this.#tailBytes += bytes.length
    for (let first = this.#tail[0]; first !== undefined; first = this.#tail[0]) {
      if (this.#tailBytes - first.length < tailBytesMax) return
      this.#tail.shift()
      this.#tailBytes -= first.length
    }
  }
}

function atLineStart(bytes: Buffer, mark: Buffer): boolean {
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    if (at === 0 || bytes[at - 1] === newline) return true
  }
  return false
}

function count(bytes: Buffer): number {
  let events = 0
  for (let at = bytes.indexOf(data); at !== -1; at = bytes.indexOf(data, at + data.length)) events++
  return events
}

/** What an event of this stream weighs besides its word, by its first one. */
function frameBytesOf(bytes: Buffer): number {
  const start = bytes.indexOf(data)
  if (start === -1) return 0
  const end = bytes.indexOf(newline, start)
  return end === -1 ? 0 : end + 2 - start
}

function usageOf(text: string): Usage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return usageIn(value) ?? (isRecord(value) ? usageIn(value.x_groq) : undefined)
  } catch {
    return undefined
  }
}
