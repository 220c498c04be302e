import { limits } from '../limits.ts'
import { isRecord } from '../requests.ts'
import { AttemptFailure } from './failure.ts'

const between = /\r?\n\r?\n/g

/** The data lines of an event stream, whole ones only (WHATWG HTML, 9.2), whatever the chunks split. */
export class EventReader {
  readonly #decoder = new TextDecoder()
  #rest = ''
  /** Where in it the next event begins. */
  #at = 0
  #length = 0

  /** The data of the events that are complete with these bytes, each looked for when it is asked for. */
  push(bytes: Uint8Array): Iterable<string> {
    this.#length += bytes.byteLength
    this.#rest = this.#rest.slice(this.#at) + this.#decoder.decode(bytes, { stream: true })
    this.#at = 0
    return this.#whole()
  }

  get bytesRead(): number {
    return this.#length
  }

  /** What came after the last whole event. */
  get restLength(): number {
    return this.#rest.length - this.#at
  }

  *#whole(): Generator<string, void, void> {
    for (;;) {
      between.lastIndex = this.#at
      const end = between.exec(this.#rest)
      if (end === null) return
      const data = dataOf(this.#rest.slice(this.#at, end.index))
      this.#at = end.index + end[0].length
      if (data !== '') yield data
    }
  }
}

function dataOf(event: string): string {
  if (event.startsWith('data: ') && !event.includes('\n')) return event.slice(6)
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
}

/** Whether one of these events is the beginning of an answer; none is read beyond it. @throws AttemptFailure as `begins` does. */
export function beginsIn(events: Iterable<string>): boolean {
  for (const data of events) if (begins(data)) return true
  return false
}

/**
 * Whether an event is the beginning of an answer: a word, a tool's call, an end. A role alone is none: providers that hang
 * have said it already. @throws AttemptFailure for what is no event of a chat.
 */
function begins(data: string): boolean {
  if (data === '[DONE]') return true
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    throw new AttemptFailure('garbage', 'The provider sent what is not JSON.')
  }
  if (!isRecord(value)) throw new AttemptFailure('garbage', 'The provider sent what is no event of a chat.')
  if (isRecord(value.error) || typeof value.error === 'string') {
    throw new AttemptFailure('status', 'The provider reported an error in its stream.', { body: data })
  }
  if (!Array.isArray(value.choices)) throw new AttemptFailure('garbage', 'The provider sent no choices.')
  return value.choices.some((choice) => isRecord(choice) && (choice.finish_reason != null || speaks(choice.delta)))
}

function speaks(delta: unknown): boolean {
  if (!isRecord(delta)) return false
  return Object.keys(delta).some((name) => name !== 'role' && delta[name] != null && delta[name] !== '')
}

/** @throws AttemptFailure when a stream brings much and says nothing. */
export function checkPrelude(reader: EventReader): void {
  if (reader.bytesRead > limits.preludeBytesMax) {
    throw new AttemptFailure('garbage', `The provider sent ${limits.preludeBytesMax} bytes without a word.`)
  }
}
