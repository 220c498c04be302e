import { activeSpan, childSpan } from './active.ts'
import { formatTraceparent } from './context.ts'
import type { Span } from './span.ts'

/**
 * `fetch` that a trace goes on through: the request carries a `traceparent` (W3C Trace Context) where its cause is recorded, and
 * leaves a span from the sending to the head of the answer. Where nothing is recorded it is `fetch`. Of the address only the host
 * is told: paths and queries may hold secrets.
 */
export function tracedFetch(url: string, init: RequestInit): Promise<Response> {
  const method = init.method ?? 'GET'
  const span = spanTo(method, url)
  if (span === undefined) return fetch(url, init)
  const headers = new Headers(init.headers)
  headers.set('traceparent', formatTraceparent(span.context))
  return follow(span, fetch(url, { ...init, headers }), (answer) => {
    span.set({ 'http.response.status_code': answer.status })
    if (answer.status >= 500) span.fail(`status ${answer.status}`)
  })
}

/** A request by another client than `fetch`: `send` is given what carries the trace on. */
export function tracedRequest<T>(
  { method, url }: { readonly method: string; readonly url: string },
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
  statusOf: (answer: T) => number | null,
): Promise<T> {
  const span = spanTo(method, url)
  if (span === undefined) return send({})
  return follow(span, send({ traceparent: formatTraceparent(span.context) }), (answer) => {
    const status = statusOf(answer)
    if (status !== null) span.set({ 'http.response.status_code': status })
    if (status === null || status >= 500) span.fail(status === null ? 'no answer' : `status ${status}`)
  })
}

/** A call of a client that takes no headers of ours: it is seen, and the trace ends there. */
export function tracedCall<T>(name: string, call: () => Promise<T>): Promise<T> {
  const span = childSpan(name, 'client')
  return span === undefined ? call() : follow(span, call(), () => {})
}

/** The address is looked at only where something is recorded. */
function spanTo(method: string, url: string): Span | undefined {
  if (activeSpan.getStore() === undefined) return undefined
  const host = URL.parse(url)?.host ?? 'unknown'
  const span = childSpan(`${method} ${host}`, 'client')
  span?.set({ 'http.request.method': method, 'server.address': host })
  return span
}

async function follow<T>(span: Span, work: Promise<T>, seen: (result: T) => void): Promise<T> {
  try {
    const result = await work
    seen(result)
    return result
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}
