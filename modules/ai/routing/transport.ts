import type { Provider, Route } from '../config.ts'
import type { Endpoint } from '../requests.ts'

export interface UpstreamRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** The way to a provider; tests and simulations put their own in its place. */
export type Transport = (request: UpstreamRequest) => Promise<Response>

/** Redirects are never followed: a provider must not lead us to an address of its choice, such as one of our network. */
export const fetchTransport: Transport = ({ url, headers, body, signal }) =>
  fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })

const urls = new WeakMap<Provider, Map<string, string>>()
const headers = new WeakMap<Provider, Record<string, string>>()

/** What a provider that speaks OpenAI's protocol is sent. */
export function upstreamRequest(route: Route, endpoint: Endpoint, body: string, signal: AbortSignal): UpstreamRequest {
  const { provider } = route
  return { url: urlOf(provider, endpoint), headers: headersOf(provider), body, signal }
}

function urlOf(provider: Provider, endpoint: Endpoint): string {
  let known = urls.get(provider)
  if (known === undefined) {
    known = new Map()
    urls.set(provider, known)
  }
  let url = known.get(endpoint)
  if (url === undefined) {
    const made = new URL(provider.url)
    made.pathname = `${made.pathname.replace(/\/$/, '')}/${endpoint}`
    url = made.href
    known.set(endpoint, url)
  }
  return url
}

/** Uncompressed: a compressor between would hold the words of a stream back. */
function headersOf(provider: Provider): Record<string, string> {
  let known = headers.get(provider)
  if (known === undefined) {
    known = {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'encapsify',
      ...provider.headers,
    }
    headers.set(provider, known)
  }
  return known
}
