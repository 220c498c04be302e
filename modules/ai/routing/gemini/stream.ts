import { isRecord } from '../../requests.ts'
import { EventReader } from '../events.ts'
import { toFault } from './fault.ts'
import { blockReasonOf, failureOf, finishOf, saidIn, usageOf } from './reply.ts'

/**
 * A stream of streamGenerateContent (`alt=sse`) as one of chat completions. Theirs has no word for its end: it has ended when each
 * candidate told why. Without that there is no `[DONE]`, and a stream that was cut stays one that was cut.
 */
export function toChunks(nowS: number, includeUsage: boolean): TransformStream<Uint8Array, Uint8Array> {
  const events = new EventReader()
  const translation = new Translation(nowS, includeUsage)
  const encoder = new TextEncoder()
  const write = (lines: readonly string[], controller: TransformStreamDefaultController<Uint8Array>) => {
    if (lines.length > 0) controller.enqueue(encoder.encode(lines.map((line) => `data: ${line}\n\n`).join('')))
  }
  return new TransformStream({
    transform: (bytes, controller) =>
      write(
        [...events.push(bytes)].flatMap((data) => translation.translate(data)),
        controller,
      ),
    flush: (controller) => write(translation.end(), controller),
  })
}

interface Candidate {
  calls: number
  isFinished: boolean
}

class Translation {
  #head: Record<string, unknown>
  #usage: unknown
  #isBroken = false
  readonly #candidates = new Map<number, Candidate>()

  constructor(
    nowS: number,
    private readonly includeUsage: boolean,
  ) {
    const id = `chatcmpl-${crypto.randomUUID()}`
    this.#head = { id, object: 'chat.completion.chunk', created: nowS, model: '' }
  }

  translate(data: string): string[] {
    let reply: unknown
    try {
      reply = JSON.parse(data)
    } catch {
      return [data]
    }
    if (!isRecord(reply)) return [data]
    if (isRecord(reply.error)) return this.#break(JSON.parse(toFault(data, Number(reply.error.code) || 500).text))
    if (typeof reply.responseId === 'string') this.#head.id = reply.responseId
    if (typeof reply.modelVersion === 'string') this.#head.model = reply.modelVersion
    if (reply.usageMetadata !== undefined) this.#usage = reply.usageMetadata
    const candidates = Array.isArray(reply.candidates) ? reply.candidates.filter(isRecord) : []
    if (candidates.length > 0) return candidates.flatMap((candidate, n) => this.#candidate(candidate, n))
    return blockReasonOf(reply) === undefined ? [] : this.#refuse(String(blockReasonOf(reply)))
  }

  /** What comes after the last of it, when it ended as it should. */
  end(): string[] {
    const all = [...this.#candidates.values()]
    if (this.#isBroken || all.length === 0 || !all.every(({ isFinished }) => isFinished)) return []
    const usage = { ...this.#head, choices: [], usage: usageOf(this.#usage) }
    return this.includeUsage ? [JSON.stringify(usage), '[DONE]'] : ['[DONE]']
  }

  #candidate(candidate: Record<string, unknown>, place: number): string[] {
    const index = typeof candidate.index === 'number' ? candidate.index : place
    const lines: string[] = []
    let known = this.#candidates.get(index)
    if (known === undefined) {
      known = { calls: 0, isFinished: false }
      this.#candidates.set(index, known)
      lines.push(this.#chunk(index, { role: 'assistant', content: '' }))
    }
    const { text, thoughts, calls } = saidIn(candidate, known.calls)
    known.calls += calls.length
    if (thoughts !== '') lines.push(this.#chunk(index, { reasoning_content: thoughts }))
    if (text !== '') lines.push(this.#chunk(index, { content: text }))
    if (calls.length > 0) lines.push(this.#chunk(index, { tool_calls: calls }))
    const { finishReason: reason } = candidate
    if (typeof reason !== 'string' || known.isFinished) return lines
    const finish = finishOf(reason, known.calls > 0)
    if (finish === undefined) return [...lines, ...this.#break(failureOf(reason))]
    known.isFinished = true
    // The count stands with the end, where clients that did not ask for it pass it over and the bill reads it.
    lines.push(this.#chunk(index, {}, finish, { usage: usageOf(this.#usage) }))
    return lines
  }

  #refuse(reason: string): string[] {
    this.#candidates.set(0, { calls: 0, isFinished: true })
    const refusal = `The prompt was refused: ${reason}.`
    return [
      this.#chunk(0, { role: 'assistant', content: '', refusal }),
      this.#chunk(0, {}, 'content_filter', { usage: usageOf(this.#usage) }),
    ]
  }

  #break(error: object): string[] {
    this.#isBroken = true
    return [JSON.stringify(error)]
  }

  #chunk(index: number, delta: object, finish: string | null = null, more: object = {}): string {
    return JSON.stringify({ ...this.#head, choices: [{ index, delta, finish_reason: finish }], ...more })
  }
}
