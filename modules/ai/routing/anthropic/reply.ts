import { isRecord } from '../../requests.ts'

const finishes: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

export function finishOf(reason: unknown): string {
  return finishes[String(reason)] ?? 'stop'
}

/** Cached input is input too; OpenAI's count holds it. */
export function usageOf(usage: unknown): object | undefined {
  if (!isRecord(usage)) return undefined
  const count = (name: string) => (typeof usage[name] === 'number' ? (usage[name] as number) : 0)
  const cached = count('cache_read_input_tokens')
  const prompt = count('input_tokens') + cached + count('cache_creation_input_tokens')
  const completion = count('output_tokens')
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
  }
}

/** A whole message as a chat completion; anything else as it is, to be judged as garbage or as an error. */
export function toCompletion(text: string, nowS: number): string {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return text
  }
  if (!isRecord(message) || !Array.isArray(message.content)) return text
  const blocks = message.content.filter(isRecord)
  const words = blocks.filter(({ type }) => type === 'text').map((block) => String(block.text))
  const calls = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input ?? {}) },
    }))
  return JSON.stringify({
    id: message.id,
    object: 'chat.completion',
    created: nowS,
    model: message.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: words.length > 0 ? words.join('') : null,
          refusal: null,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: finishOf(message.stop_reason),
      },
    ],
    usage: usageOf(message.usage),
  })
}

/** An error of theirs in OpenAI's shape. */
export function toError(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const error = isRecord(value) && isRecord(value.error) ? value.error : undefined
    if (error === undefined) return text
    return JSON.stringify({ error: { message: error.message, type: error.type, param: null, code: null } })
  } catch {
    return text
  }
}
