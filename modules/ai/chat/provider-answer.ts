import type { Clock } from '../clock.ts'
import { isRecord } from '../requests.ts'
import { EventReader } from '../routing/events.ts'

/** The words of an answer are fewer than this; a provider that goes on is let go. */
const answerLengthMax = 12_000

/** A provider's stream gave no more words than these, and did not end as it should. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/**
 * The words of a provider's stream. The first must come within `firstMs` from now.
 * @throws Broken when it was cut, sent what is no answer, or was silent at its beginning.
 */
export async function* wordsOf(
  stream: ReadableStream<Uint8Array>,
  clock: Clock,
  firstMs: number,
  lengthMax = answerLengthMax,
): AsyncGenerator<string, void, void> {
  const reader = stream.getReader()
  const events = new EventReader()
  let length = 0
  let isLate = false
  const cancelTimer = clock.after(firstMs, () => {
    isLate = true
    reader.cancel().catch(() => {})
  })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) throw new Broken(isLate ? 'It said nothing in time.' : 'It broke off.')
      for (const data of events.push(value)) {
        if (data === '[DONE]') return
        const word = wordIn(data)
        if (word === '') continue
        cancelTimer()
        length += word.length
        yield word
        if (length > lengthMax) return
      }
    }
  } finally {
    cancelTimer()
    reader.cancel().catch(() => {})
  }
}

function wordIn(data: string): string {
  let event: unknown
  try {
    event = JSON.parse(data)
  } catch {
    throw new Broken('It sent what is not JSON.')
  }
  if (!isRecord(event) || isRecord(event.error)) throw new Broken('It reported an error.')
  const choice: unknown = Array.isArray(event.choices) ? event.choices[0] : undefined
  const delta = isRecord(choice) ? choice.delta : undefined
  return isRecord(delta) && typeof delta.content === 'string' ? delta.content : ''
}
