import { isProof, prove } from '../hello.ts'

/** Where the primary's mesh takes whole requests. */
export const forwardPath = '/forward'

/** A connection of the mesh, as both its ends know it: what each of them challenged the other with. */
export interface Way {
  /** Of who dialled. */
  readonly challenge: string
  /** Of who accepted. */
  readonly answer: string
}

/** What goes before a forwarded request's own head and body. */
export interface Envelope {
  readonly method: string
  readonly url: string
  /** Who sent it to the node that forwards it. */
  readonly client: string
  /** Counts the requests of a connection, from 1. */
  readonly number: number
}

const header = {
  url: 'encapsify-forward-url',
  client: 'encapsify-forward-client',
  number: 'encapsify-forward-number',
  challenge: 'encapsify-forward-challenge',
  proof: 'encapsify-forward-proof',
}
/** They speak of one connection (RFC 9110, 7.6.1), or are said anew by who sends. */
const ofTheConnection = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'expect']

/** A request's own headers, and around them the proof that a node of this cluster sends it on this connection. */
export function wrap(key: Buffer, way: Way, envelope: Envelope, own: Headers): Headers {
  const headers = stripped(own)
  headers.set(header.url, envelope.url)
  headers.set(header.client, envelope.client)
  headers.set(header.number, String(envelope.number))
  headers.set(header.challenge, way.challenge)
  headers.set(header.proof, prove(key, 'forward', way.challenge, way.answer, ...partsOf(envelope)))
  return headers
}

export function challengeOf(headers: Headers): string {
  return headers.get(header.challenge) ?? ''
}

/** undefined for what no node of this cluster sent on this connection. */
export function unwrap(key: Buffer, way: Way, request: Request): (Envelope & { readonly own: Headers }) | undefined {
  const { headers, method } = request
  const envelope: Envelope = {
    method,
    url: headers.get(header.url) ?? '',
    client: headers.get(header.client) ?? '',
    number: Number(headers.get(header.number)),
  }
  const proof = headers.get(header.proof) ?? ''
  if (!isProof(proof, key, 'forward', way.challenge, way.answer, ...partsOf(envelope))) return undefined
  return URL.canParse(envelope.url) ? { ...envelope, own: stripped(headers) } : undefined
}

/** Without what was said of one connection, and without what clients have no business to say. */
export function stripped(own: Headers): Headers {
  const headers = new Headers(own)
  const named = (own.get('connection') ?? '').split(',').map((name) => name.trim())
  for (const name of [...ofTheConnection, ...named, ...Object.values(header)]) if (name !== '') headers.delete(name)
  return headers
}

function partsOf({ method, url, client, number }: Envelope): string[] {
  return [method, url, client, String(number)]
}
