import {
  anthropicSse,
  toolEvents as anthropicToolEvents,
  textEvents,
  usage,
} from '../../modules/ai/testing/mock-anthropic.ts'
import { type GeminiCall, geminiReply, geminiSse, startMockGemini } from '../../modules/ai/testing/mock-gemini.ts'

/** What models say that speak no OpenAI. */
const words = ['Hello', ' there', ', wörld', ' 🎈', '.']
const city = 'Köln'

interface Native {
  readonly kind: 'gemini' | 'anthropic'
  readonly url: string
  readonly key: string
  close(): Promise<void>
}

/** Google's API: it calls a tool that it was given, and speaks once it has heard what that said. */
export function gemini(): Native {
  const { url, close } = startMockGemini(({ path, headers, body }: GeminiCall) => {
    if (headers.get('x-goog-api-key') !== 'AIza-native')
      return Response.json({ error: { message: 'No key.' } }, { status: 403 })
    const { tools, contents } = body as { tools?: unknown[]; contents: { parts: object[] }[] }
    const hasHeard = contents.at(-1)?.parts.some((part) => 'functionResponse' in part) === true
    const wantsTool = tools !== undefined && !hasHeard
    const call = { functionCall: { name: 'weather', args: { city } }, thoughtSignature: 'c2ln' }
    const parts = wantsTool ? [call] : words.map((text) => ({ text }))
    if (!path.endsWith(':streamGenerateContent')) return Response.json(geminiReply(parts))
    const last = parts.length - 1
    return geminiSse(parts.map((part, n) => geminiReply([part], n === last ? 'STOP' : null)))
  })
  return { kind: 'gemini', url, key: 'AIza-native', close }
}

/** Anthropic's Messages API, in the same way. */
export function anthropic(): Native {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const isKnown = request.headers.get('x-api-key') === 'sk-ant-native'
      if (!isKnown || new URL(request.url).pathname !== '/v1/messages') {
        return Response.json({ type: 'error', error: { message: 'No key.' } }, { status: 401 })
      }
      const body = (await request.json()) as { stream?: boolean; tools?: unknown[]; messages: { content: unknown }[] }
      const last = body.messages.at(-1)?.content
      const hasHeard = Array.isArray(last) && last.some((part: { type?: string }) => part.type === 'tool_result')
      const wantsTool = body.tools !== undefined && !hasHeard
      if (body.stream === true) {
        return anthropicSse(wantsTool ? anthropicToolEvents('weather', ['{"city":', `"${city}"}`]) : textEvents(words))
      }
      const content = wantsTool
        ? [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city } }]
        : [{ type: 'text', text: words.join('') }]
      const reason = wantsTool ? 'tool_use' : 'end_turn'
      return Response.json({ id: 'msg_1', model: 'claude-x', content, stop_reason: reason, usage })
    },
  })
  const url = `http://127.0.0.1:${server.port}/v1`
  return { kind: 'anthropic', url, key: 'sk-ant-native', close: () => server.stop(true) }
}
