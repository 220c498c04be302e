import { eventStream } from './pieces.ts'

type AnthropicEvent = Readonly<Record<string, unknown>> & { readonly type: string }

export const usage = { input_tokens: 12, cache_read_input_tokens: 4, output_tokens: 1 }
const start = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-x', role: 'assistant', content: [], usage },
}
const blockStop = { type: 'content_block_stop', index: 0 }
const end = (reason: string) => [
  blockStop,
  { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
]

/** The events of an answer in words, as they are documented; pings come whenever they like. */
export function textEvents(words: readonly string[]): readonly AnthropicEvent[] {
  return [
    start,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...words.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    ...end('end_turn'),
  ]
}

/** The events of a tool's call, whose arguments come in pieces. */
export function toolEvents(name: string, pieces: readonly string[]): readonly AnthropicEvent[] {
  const block = { type: 'tool_use', id: 'toolu_1', name, input: {} }
  return [
    start,
    { type: 'content_block_start', index: 0, content_block: block },
    ...pieces.map((json) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: json },
    })),
    ...end('tool_use'),
  ]
}

export function anthropicSse(events: readonly AnthropicEvent[], piece = 11): Response {
  return eventStream(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''), piece)
}
