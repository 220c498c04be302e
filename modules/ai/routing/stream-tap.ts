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
 * when no usage did. All of it is read from the stream's last bytes once it has ended: a chunk that passes costs nothing.
 */
export class StreamTap {
  readonly #tail: Uint8Array[] = []
  #tailBytes = 0
  #bytes = 0

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength
    this.#tailBytes += chunk.byteLength
    this.#tail.push(chunk)
    if (this.#tailBytes > 2 * tailBytesMax) this.#trim()
  }

  /** A line break cannot stand inside JSON: `data: [DONE]` at the begin of a line is never a model's word. */
  get isDone(): boolean {
    const tail = this.#joined()
    return atLineStart(tail, done) || atLineStart(tail, doneTight)
  }

  /** The usage that the stream told; undefined when it told none that can be. */
  get usage(): Usage | undefined {
    const lines = this.#joined().toString('utf8').split('\n')
    for (let n = lines.length - 1; n >= 0; n--) {
      const line = lines[n] ?? ''
      if (!line.startsWith('data:') || !line.includes('"usage"')) continue
      const usage = usageOf(line.slice(5))
      if (usage !== undefined) return usage
    }
    return undefined
  }

  /** Tokens that came, guessed: an event has at least one. */
  get outputSeen(): number {
    const tail = this.#joined()
    return tail.length === 0 ? 0 : Math.max(0, Math.round((count(tail) / tail.length) * this.#bytes) - 1)
  }

  #trim(): void {
    let first = this.#tail[0]
    while (first !== undefined && this.#tailBytes - first.byteLength >= tailBytesMax) {
      this.#tail.shift()
      this.#tailBytes -= first.byteLength
      first = this.#tail[0]
    }
  }

  #joined(): Buffer {
    if (this.#tail.length === 1 && this.#tail[0] !== undefined) return Buffer.from(this.#tail[0])
    const joined = Buffer.concat(this.#tail)
    this.#tail.splice(0, this.#tail.length, joined)
    return joined
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

function usageOf(text: string): Usage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return usageIn(value) ?? (isRecord(value) ? usageIn(value.x_groq) : undefined)
  } catch {
    return undefined
  }
}
