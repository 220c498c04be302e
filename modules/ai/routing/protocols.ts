import type { Route } from '../config.ts'
import type { AiRequest, Endpoint } from '../requests.ts'
import { type UpstreamRequest, upstreamRequest } from './transport.ts'

/** How a route's provider is spoken to: our side is OpenAI's protocol, its side may be another. */
export interface Exchange {
  request(endpoint: Endpoint, body: string, signal: AbortSignal): UpstreamRequest
  /** Its answer as OpenAI's protocol has it. For those who speak it, the very same. */
  translate(response: Response, request: AiRequest): Response
}

export function exchangeWith(route: Route): Exchange {
  return {
    request: (endpoint, body, signal) => upstreamRequest(route, endpoint, body, signal),
    translate: (response) => response,
  }
}
