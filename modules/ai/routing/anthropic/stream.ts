import { isRecord } from '../../requests.ts'
import { EventReader } from '../events.ts'
import { finishOf, usageOf } from './reply.ts'

/**
 * A stream of the Messages API as one of chat completions. It ends with `[DONE]` only after `message_stop`: a stream that was cut
 * stays one that was cut.
 */
export function toChunks(nowS: number, includeUsage: boolean): TransformStream<Uint8Array, Uint8Array> {
  const events = new EventReader()
  const translation = new Translation(nowS, includeUsage)
  const encoder = new TextEncoder()
  return new TransformStream({
    transform(bytes, controller) {
      const lines = [...events.push(bytes)].flatMap((data) => translation.translate(data))
      if (lines.length > 0) controller.enqueue(encoder.encode(lines.map((line) => `data: ${line}\n\n`).join('')))
    },
  })
}

class Translation {
  #head: Record<string, unknown>
  #usage: Record<string, unknown> = {}
  /** Which of OpenAI's tool calls a block of theirs is. */
  readonly #tools = new Map<unknown, number>()

  constructor(
    nowS: number,
    private readonly includeUsage: boolean,
  ) {
    this.#head = { id: '', object: 'chat.completion.chunk', created: nowS, model: '' }
  }

  translate(data: string): string[] {
    let event: unknown
    try {
      event = JSON.parse(data)
    } catch {
      return [data]
    }
    if (!isRecord(event)) return [data]
    switch (event.type) {
      case 'message_start':
        return this.#start(event.message)
      case 'content_block_start':
        return this.#block(event.index, event.content_block)
      case 'content_block_delta':
        return this.#delta(event.index, event.delta)
      case 'message_delta':
        return this.#finish(event)
      case 'message_stop':
        return this.#stop()
      case 'error':
        return [JSON.stringify({ error: event.error ?? { message: 'The provider reported an error.' } })]
      default:
        return []
    }
  }

  #start(message: unknown): string[] {
    if (!isRecord(message)) return []
    this.#head = { ...this.#head, id: message.id, model: message.model }
    if (isRecord(message.usage)) this.#usage = message.usage
    return [this.#chunk({ role: 'assistant', content: '' })]
  }

  #block(index: unknown, block: unknown): string[] {
    if (!isRecord(block) || block.type !== 'tool_use') return []
    const at = this.#tools.size
    this.#tools.set(index, at)
    const call = { index: at, id: block.id, type: 'function', function: { name: block.name, arguments: '' } }
    return [this.#chunk({ tool_calls: [call] })]
  }

  #delta(index: unknown, delta: unknown): string[] {
    if (!isRecord(delta)) return []
    if (delta.type === 'text_delta') return [this.#chunk({ content: delta.text })]
    if (delta.type === 'thinking_delta') return [this.#chunk({ reasoning_content: delta.thinking })]
    if (delta.type !== 'input_json_delta') return []
    const call = { index: this.#tools.get(index) ?? 0, function: { arguments: delta.partial_json } }
    return [this.#chunk({ tool_calls: [call] })]
  }

  #finish({ delta, usage }: Record<string, unknown>): string[] {
    if (isRecord(usage)) this.#usage = { ...this.#usage, ...usage }
    const reason = finishOf(isRecord(delta) ? delta.stop_reason : undefined)
    // The count stands with the end, where clients that did not ask for it pass it over and the bill reads it.
    return [this.#chunk({}, reason, { usage: usageOf(this.#usage) })]
  }

  #stop(): string[] {
    const usage = { ...this.#head, choices: [], usage: usageOf(this.#usage) }
    return this.includeUsage ? [JSON.stringify(usage), '[DONE]'] : ['[DONE]']
  }

  #chunk(delta: object, finish: string | null = null, more: object = {}): string {
    return JSON.stringify({ ...this.#head, choices: [{ index: 0, delta, finish_reason: finish }], ...more })
  }
}
