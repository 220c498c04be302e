import { tracedFetch } from '../../../src/observability/tracing/outbound.ts'
import type { Provider, Route } from '../config.ts'

export interface UpstreamRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  /** It goes to an address of an organization's choice, and so to the public internet alone. */
  readonly guarded?: boolean
}

/** The way to a provider; tests and simulations put their own in its place. */
export type Transport = (request: UpstreamRequest) => Promise<Response>

/** Redirects are never followed: a provider must not lead us to an address of its choice, such as one of our network. */
export const fetchTransport: Transport = ({ url, headers, body, signal }) =>
  tracedFetch(url, { method: 'POST', headers: parsed(headers), body, signal, redirect: 'manual' })

/** Names and values are checked once: they are the same for every call of a provider. */
const parsedHeaders = new WeakMap<object, Headers>()

function parsed(record: UpstreamRequest['headers']): Headers {
  let known = parsedHeaders.get(record)
  if (known === undefined) {
    known = new Headers(record)
    parsedHeaders.set(record, known)
  }
  return known
}

const urls = new WeakMap<Provider, Map<string, string>>()
const headers = new WeakMap<Provider, Record<string, string>>()

/** What a provider is sent; `path` is below the address where its API begins, and may add to its query. */
export function upstreamRequest(route: Route, path: string, body: string, signal: AbortSignal): UpstreamRequest {
  const { provider } = route
  return { url: urlOf(provider, path), headers: headersOf(provider), body, signal, guarded: provider.own !== undefined }
}

function urlOf(provider: Provider, path: string): string {
  let known = urls.get(provider)
  if (known === undefined) {
    known = new Map()
    urls.set(provider, known)
  }
  let url = known.get(path)
  if (url === undefined) {
    const made = new URL(provider.url)
    const [below, query] = path.split('?')
    made.pathname = `${made.pathname.replace(/\/$/, '')}/${below}`
    for (const [name, value] of new URLSearchParams(query)) made.searchParams.set(name, value)
    url = made.href
    known.set(path, url)
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
