import { isRecord } from '../requests.ts'
import { type Usage, usageIn } from './usage.ts'

/** Where the end of a stream, with its usage, is looked for. */
const tailBytesMax = 16_384
const done = Buffer.from('data: [DONE]')
const doneTight = Buffer.from('data:[DONE]')
const data = Buffer.from('data:')
const mention = Buffer.from('"usage"')
const newline = 10

/**
 * Looks at a stream that passes, without touching it: whether it ended as it should, what its usage was, and how much came
 * when no usage did. All of it is read from the stream's last bytes once it has ended: a chunk that passes costs nothing.
 */
export class StreamTap {
  #tail: Uint8Array[] = []
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

  /** The usage that the stream told last; undefined when it told none that can be. */
  get usage(): Usage | undefined {
    const tail = this.#joined()
    for (let at = tail.lastIndexOf(mention); at !== -1; ) {
      const start = tail.lastIndexOf(newline, at) + 1
      if (data.equals(tail.subarray(start, start + data.length))) {
        const end = tail.indexOf(newline, at)
        const usage = usageOf(tail.toString('utf8', start + data.length, end === -1 ? tail.length : end))
        if (usage !== undefined) return usage
      }
      at = start === 0 ? -1 : tail.lastIndexOf(mention, start - 1)
    }
    return undefined
  }

  /** How the stream went, for its bill. */
  endedAs<O extends 'whole' | 'cut' | 'left'>(
    outcome: O,
  ): { outcome: O; usage: Usage | undefined; outputSeen: number } {
    const { usage } = this
    return { outcome, usage, outputSeen: usage?.output ?? this.outputSeen }
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
    const [first] = this.#tail
    if (this.#tail.length !== 1 || first === undefined) this.#tail = [Buffer.concat(this.#tail)]
    else if (!(first instanceof Buffer)) this.#tail = [Buffer.from(first.buffer, first.byteOffset, first.byteLength)]
    return this.#tail[0] as Buffer
  }
}

function atLineStart(bytes: Buffer, mark: Buffer): boolean {
  for (let at = bytes.lastIndexOf(mark); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(mark, at - 1)) {
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
