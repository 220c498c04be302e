import { isRecord } from '../../requests.ts'
import { AttemptFailure } from '../failure.ts'

/** Anthropic's API wants a bound on each answer; this is it when the client gave none. */
const maxTokensDefault = 4_096

/**
 * A chat of OpenAI's protocol as a request of the Messages API (docs.anthropic.com/en/api/messages).
 * @throws AttemptFailure `unsupported` for what it has no word for: left out, it would be a wrong answer.
 */
export function toMessages(text: string): string {
  const body = JSON.parse(text) as Record<string, unknown>
  checkSupported(body)
  const messages = (body.messages as readonly unknown[]).filter(isRecord)
  const system = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => wordsOf(content))
  const stop = body.stop
  const tools = Array.isArray(body.tools) ? body.tools.filter(isRecord).map(toTool) : []
  return JSON.stringify({
    model: body.model,
    max_tokens: body.max_completion_tokens ?? body.max_tokens ?? maxTokensDefault,
    messages: joined(messages.flatMap(toMessage)),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(body.stream === true && { stream: true }),
    ...(typeof body.temperature === 'number' && { temperature: Math.min(1, body.temperature) }),
    ...(typeof body.top_p === 'number' && { top_p: body.top_p }),
    ...(stop != null && { stop_sequences: Array.isArray(stop) ? stop : [stop] }),
    ...(tools.length > 0 && body.tool_choice !== 'none' && { tools, ...toolChoice(body) }),
    ...(typeof body.user === 'string' && { metadata: { user_id: body.user } }),
  })
}

function checkSupported({ response_format: format, n, logprobs }: Record<string, unknown>): void {
  const lacks = [
    isRecord(format) && format.type !== 'text' && 'response_format',
    typeof n === 'number' && n > 1 && 'n',
    logprobs === true && 'logprobs',
  ].find((name) => name !== false)
  if (lacks === undefined) return
  throw new AttemptFailure('unsupported', `'${lacks}' is not possible with the provider of this model.`)
}

interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: readonly object[]
}

function toMessage(message: Record<string, unknown>): Message[] {
  const { role, content } = message
  if (role === 'tool') {
    const result = { type: 'tool_result', tool_use_id: message.tool_call_id, content: wordsOf(content) }
    return [{ role: 'user', content: [result] }]
  }
  if (role === 'assistant') {
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isRecord).map(toToolUse) : []
    return [{ role: 'assistant', content: [...partsOf(content), ...calls] }]
  }
  return role === 'user' ? [{ role: 'user', content: partsOf(content) }] : []
}

/** Messages of one side stand together: the API wants the sides to take turns. */
function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = []
  for (const message of messages) {
    const last = result.at(-1)
    if (message.content.length === 0) continue
    if (last?.role === message.role)
      result[result.length - 1] = { role: last.role, content: [...last.content, ...message.content] }
    else result.push(message)
  }
  return result
}

function partsOf(content: unknown): object[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (!Array.isArray(content)) return []
  return content.filter(isRecord).flatMap((part): object[] => {
    if (typeof part.text === 'string') return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    const url = isRecord(part.image_url) ? part.image_url.url : undefined
    return typeof url === 'string' ? [{ type: 'image', source: sourceOf(url) }] : []
  })
}

function sourceOf(url: string): object {
  const data = /^data:([^;]+);base64,(.*)$/s.exec(url)
  return data === null ? { type: 'url', url } : { type: 'base64', media_type: data[1], data: data[2] }
}

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n')
}

function toToolUse(call: Record<string, unknown>): object {
  const { name, arguments: given } = isRecord(call.function) ? call.function : {}
  let input: unknown = {}
  try {
    input = JSON.parse(String(given ?? '{}'))
  } catch {}
  return { type: 'tool_use', id: call.id, name, input }
}

function toTool(tool: Record<string, unknown>): object {
  const { name, description, parameters } = isRecord(tool.function) ? tool.function : {}
  return {
    name,
    ...(typeof description === 'string' && { description }),
    input_schema: isRecord(parameters) ? parameters : { type: 'object' },
  }
}

function toolChoice({ tool_choice: choice, parallel_tool_calls: parallel }: Record<string, unknown>): object {
  const more = parallel === false ? { disable_parallel_tool_use: true } : {}
  if (choice === 'required') return { tool_choice: { type: 'any', ...more } }
  const named = isRecord(choice) && isRecord(choice.function) ? choice.function.name : undefined
  if (typeof named === 'string') return { tool_choice: { type: 'tool', name: named, ...more } }
  return parallel === false ? { tool_choice: { type: 'auto', ...more } } : {}
}
