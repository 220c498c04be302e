import type { Route } from '../config.ts'
import { type AiRequest, type Endpoint, isRecord } from '../requests.ts'
import { toCompletion, toError } from './anthropic/reply.ts'
import { toMessages } from './anthropic/request.ts'
import { toChunks } from './anthropic/stream.ts'
import { AttemptFailure } from './failure.ts'
import { toFault } from './gemini/fault.ts'
import * as geminiReply from './gemini/reply.ts'
import { pathOf, toContents, toEmbedRequests } from './gemini/request.ts'
import { toChunks as toGeminiChunks } from './gemini/stream.ts'
import { type UpstreamRequest, upstreamRequest } from './transport.ts'

/** How a route's provider is spoken to: our side is OpenAI's protocol, its side may be another. */
export interface Exchange {
  request(endpoint: Endpoint, body: string, signal: AbortSignal): UpstreamRequest
  /** Its answer as OpenAI's protocol has it. For those who speak it, the very same. */
  translate(response: Response, request: AiRequest, nowMs: number): Response | Promise<Response>
}

export function exchangeWith(route: Route): Exchange {
  switch (route.provider.kind) {
    case 'anthropic':
      return messagesOf(route)
    case 'gemini':
      return contentOf(route)
    default:
      return untouched(route)
  }
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
      return streamed(response, toChunks(nowS, wantsUsage(request)))
    },
  }
}

function contentOf(route: Route): Exchange {
  const at = (method: string) => `${pathOf(route.model)}:${method}`
  return {
    request(endpoint, body, signal) {
      if (endpoint === 'embeddings') {
        return upstreamRequest(route, at('batchEmbedContents'), toEmbedRequests(body, route.model), signal)
      }
      const { stream } = JSON.parse(body) as { readonly stream?: unknown }
      const method = stream === true ? 'streamGenerateContent?alt=sse' : 'generateContent'
      return upstreamRequest(route, at(method), toContents(body, route.model), signal)
    },
    async translate(response, request, nowMs) {
      const nowS = Math.floor(nowMs / 1_000)
      const { status } = response
      if (status >= 300 && status < 400) return response
      const headers = without(response.headers)
      if (!response.ok) {
        const fault = toFault(await response.text(), status)
        if (fault.retryAfterS !== undefined) headers.set('retry-after', String(fault.retryAfterS))
        return new Response(fault.text, { status: fault.status, headers })
      }
      if (request.endpoint === 'embeddings') {
        const { encoding_format: format } = request.body
        const wish = { model: route.model, base64: format === 'base64', tokensEstimate: request.inputTokensEstimate }
        return new Response(geminiReply.toEmbeddings(await response.text(), wish), { headers })
      }
      if (!request.streaming) return new Response(geminiReply.toCompletion(await response.text(), nowS), { headers })
      return streamed(response, toGeminiChunks(nowS, wantsUsage(request)))
    },
  }
}

function wantsUsage({ body }: AiRequest): boolean {
  return isRecord(body.stream_options) && body.stream_options.include_usage === true
}

/** Through a translation; what is no event stream stays as it is, to be judged. */
function streamed(response: Response, through: TransformStream<Uint8Array, Uint8Array>): Response {
  const { headers, body } = response
  if (!headers.get('content-type')?.startsWith('text/event-stream') || body === null) return response
  return new Response(body.pipeThrough(through), { headers: without(headers) })
}

/** What spoke of the bytes as they were. */
function without(headers: Headers): Headers {
  const rest = new Headers(headers)
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) rest.delete(name)
  return rest
}
