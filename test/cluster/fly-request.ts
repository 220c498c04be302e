import http from 'node:http'
import type { Duplex } from 'node:stream'
import type { Machine } from './fly-machines.ts'
import { replayBytesMax } from './fly-replay.ts'

/** The request of a client, as often as it has to be sent. */
export interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly isUpgrade: boolean
  /** Bytes that came already; `rest` follows them and can be sent once only. */
  readonly body: Buffer
  readonly rest: NodeJS.ReadableStream | undefined
}

export type Answer =
  | { readonly kind: 'response'; readonly response: http.IncomingMessage }
  | {
      readonly kind: 'upgrade'
      readonly response: http.IncomingMessage
      readonly socket: Duplex
      readonly head: Buffer
    }
  /** Nothing reached the machine: another may be tried. */
  | { readonly kind: 'unreached' }
  /** It had the request, or part of it, and gave no answer. */
  | { readonly kind: 'broken' }

/** Sends a request to one machine and resolves with the head of its answer. */
export function send(
  machine: Machine,
  request: Outgoing,
  limits: { readonly agent: http.Agent; readonly connectMs: number; readonly signal: AbortSignal },
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  let connected = false
  const sent = http.request(machine.origin + request.path, {
    method: request.method,
    headers: request.headers,
    // An upgraded connection can't be used again.
    agent: request.isUpgrade ? false : limits.agent,
    signal: limits.signal,
  })
  const late = setTimeout(() => sent.destroy(new Error('no connection in time')), limits.connectMs)
  const reached = () => {
    connected = true
    clearTimeout(late)
  }
  sent.on('socket', (socket) => (socket.connecting ? socket.once('connect', reached) : reached()))
  sent.on('response', (response) => resolve({ kind: 'response', response }))
  sent.on('upgrade', (response, socket, head) => resolve({ kind: 'upgrade', response, socket, head }))
  sent.on('error', () => {
    clearTimeout(late)
    // A kept connection that the machine closed meanwhile carried nothing.
    resolve({ kind: !connected || (sent.reusedSocket && request.rest === undefined) ? 'unreached' : 'broken' })
  })
  if (request.body.length > 0) sent.write(request.body)
  if (request.rest === undefined) sent.end()
  else request.rest.pipe(sent)
  return promise
}

/** Reads a body as far as it may be replayed; what is longer keeps its rest as a stream. */
export async function take(request: http.IncomingMessage): Promise<Pick<Outgoing, 'body' | 'rest'>> {
  const chunks: Buffer[] = []
  let bytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > replayBytesMax) {
      request.pause()
      resolve(false)
    }
  })
  request.once('end', () => resolve(true))
  request.once('error', reject)
  const whole = await promise
  request.removeAllListeners('data')
  return { body: Buffer.concat(chunks), rest: whole ? undefined : request }
}
