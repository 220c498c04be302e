import type { Route } from '../config.ts'
import { type AiRequest, type Endpoint, isRecord } from '../requests.ts'
import { toCompletion, toError } from './anthropic/reply.ts'
import { toMessages } from './anthropic/request.ts'
import { toChunks } from './anthropic/stream.ts'
import { AttemptFailure } from './failure.ts'
import { type UpstreamRequest, upstreamRequest } from './transport.ts'

/** How a route's provider is spoken to: our side is OpenAI's protocol, its side may be another. */
export interface Exchange {
  request(endpoint: Endpoint, body: string, signal: AbortSignal): UpstreamRequest
  /** Its answer as OpenAI's protocol has it. For those who speak it, the very same. */
  translate(response: Response, request: AiRequest, nowMs: number): Response | Promise<Response>
}

export function exchangeWith(route: Route): Exchange {
  return route.provider.kind === 'anthropic' ? messagesOf(route) : untouched(route)
}

function untouched(route: Route): Exchange {
  return {
    request: (endpoint, body, signal) => upstreamRequest(route, endpoint, body, signal),
    translate: (response) => response,
  }
}

function messagesOf(route: Route): Exchange {
  return {
    request(endpoint, body, signal) {
      if (endpoint === 'embeddings') throw new AttemptFailure('unsupported', 'This provider makes no embeddings.')
      return upstreamRequest(route, 'messages', toMessages(body), signal)
    },
    async translate(response, request, nowMs) {
      const nowS = Math.floor(nowMs / 1_000)
      const { status, headers } = response
      if (!response.ok) {
        if (status >= 300 && status < 400) return response
        return new Response(toError(await response.text()), { status, headers: without(headers) })
      }
      if (!request.streaming)
        return new Response(toCompletion(await response.text(), nowS), { headers: without(headers) })
      if (!headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) return response
      const options = request.body.stream_options
      const includeUsage = isRecord(options) && options.include_usage === true
      return new Response(response.body.pipeThrough(toChunks(nowS, includeUsage)), { headers: without(headers) })
    },
  }
}

/** What spoke of the bytes as they were. */
function without(headers: Headers): Headers {
  const rest = new Headers(headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) rest.delete(name)
  return rest
}
