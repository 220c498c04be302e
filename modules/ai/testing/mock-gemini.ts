import { eventStream } from './pieces.ts'

/** What the stand-in says when it is told nothing else. */
export const words = 'Grüße 🎈'

export interface GeminiCall {
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export interface MockGemini {
  /** Where its API begins. */
  readonly url: string
  readonly requests: readonly GeminiCall[]
  close(): Promise<void>
}

const usageMetadata = {
  ...{ promptTokenCount: 16, candidatesTokenCount: 9, thoughtsTokenCount: 3, cachedContentTokenCount: 4 },
  totalTokenCount: 28,
}

/** A reply of generateContent as it is documented; without a reason it is a part of a stream that goes on. */
export function geminiReply(parts: readonly object[], finishReason: string | null = 'STOP'): object {
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason !== null && { finishReason }) }],
    ...(finishReason === null ? { usageMetadata: { promptTokenCount: 16 } } : { usageMetadata }),
    ...{ modelVersion: 'gemini-3-flash', responseId: 'resp_1' },
  }
}

/** Events as Google ends their lines, in pieces that split characters. */
export function geminiSse(events: readonly object[], piece = 7): Response {
  return eventStream(events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''), piece)
}

/** Google's API on a free port, for chats and embeddings. */
export function startMockGemini(respond: (call: GeminiCall) => Response = answer): MockGemini {
  const requests: GeminiCall[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const body = (await request.json()) as Record<string, unknown>
      const call = { path: pathname, query: search, headers: request.headers, body }
      requests.push(call)
      return respond(call)
    },
  })
  return { url: `http://127.0.0.1:${server.port}/v1beta`, requests, close: () => server.stop(true) }
}

function answer({ path, body }: GeminiCall): Response {
  if (path.endsWith(':batchEmbedContents')) {
    const { requests } = body as { readonly requests: readonly object[] }
    return Response.json({ embeddings: requests.map((_, n) => ({ values: [0.5, 0.25, 0, n] })) })
  }
  const thought = { text: 'Hm.', thought: true }
  if (!path.endsWith(':streamGenerateContent')) return Response.json(geminiReply([thought, { text: words }]))
  const [first, ...rest] = words
  return geminiSse([
    geminiReply([thought], null),
    geminiReply([{ text: first }], null),
    geminiReply([{ text: rest.join('') }]),
  ])
}
