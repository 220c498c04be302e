import { limits } from '../limits.ts'
import { isRecord } from '../requests.ts'
import { AttemptFailure } from './failure.ts'

/** The data lines of an event stream, whole ones only (WHATWG HTML, 9.2), whatever the chunks split. */
export class EventReader {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #length = 0

  /** The data of the events that are complete with these bytes. */
  push(bytes: Uint8Array): string[] {
    this.#length += bytes.byteLength
    this.#rest += this.#decoder.decode(bytes, { stream: true })
    const events: string[] = []
    for (;;) {
      const end = /\r?\n\r?\n/.exec(this.#rest)
      if (end === null) return events
      const data = dataOf(this.#rest.slice(0, end.index))
      this.#rest = this.#rest.slice(end.index + end[0].length)
      if (data !== '') events.push(data)
    }
  }

  get bytesRead(): number {
    return this.#length
  }

  /** What came after the last whole event. */
  get restLength(): number {
    return this.#rest.length
  }
}

function dataOf(event: string): string {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
}

/**
 * Whether an event is the beginning of an answer: a word, a tool's call, an end. A role alone is none: providers that hang
 * have said it already. @throws AttemptFailure for what is no event of a chat.
 */
export function begins(data: string): boolean {
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
  return Object.entries(delta).some(([name, value]) => name !== 'role' && value != null && value !== '')
}

/** @throws AttemptFailure when a stream brings much and says nothing. */
export function checkPrelude(reader: EventReader): void {
  if (reader.bytesRead > limits.preludeBytesMax) {
    throw new AttemptFailure('garbage', `The provider sent ${limits.preludeBytesMax} bytes without a word.`)
  }
}
