import type http from 'node:http'
import type { Duplex } from 'node:stream'
import type { Answer } from './fly-request.ts'

/** Concern one connection and are not passed on (RFC 9110 7.6.1). */
export const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
])

/** What a client gets. */
export type Delivery =
  | (Extract<Answer, { kind: 'response' | 'upgrade' }> & { readonly leave: () => void })
  | { readonly kind: 'problem'; readonly status: number; readonly message: string }

export function problem(status: number, message: string): Delivery {
  return { kind: 'problem', status, message }
}

/** Streams an answer to a client that asked for one. */
export function respond(answer: Delivery, request: http.IncomingMessage, response: http.ServerResponse): void {
  if (answer.kind !== 'response') {
    if (answer.kind === 'upgrade') answer.socket.destroy()
    const { status, message } =
      answer.kind === 'problem' ? answer : { status: 502, message: 'upgraded without being asked' }
    response
      .writeHead(status, { 'content-type': 'text/plain', via: '1.1 fly.io', connection: 'close' })
      .end(`${message}\n`)
    // What is still being uploaded is not waited for.
    if (!request.complete) request.resume()
    return
  }
  const { response: source, leave } = answer
  response.writeHead(source.statusCode ?? 502, passed(source))
  source.on('data', (chunk) => {
    if (response.write(chunk)) return
    source.pause()
    response.once('drain', () => source.resume())
  })
  source.once('end', () => response.end())
  source.once('error', () => response.destroy())
  source.once('close', leave)
  response.once('close', () => {
    leave()
    source.destroy()
  })
}

function passed(source: http.IncomingMessage): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { via: '1.1 fly.io' }
  for (const [name, value] of Object.entries(source.headers)) if (!hopByHop.has(name)) headers[name] = value
  return headers
}

/** Gives the client the target's own handshake and from there carries bytes both ways. */
export function tunnel(answer: Delivery, client: Duplex, head: Buffer): void {
  if (answer.kind === 'problem') {
    client.end(`HTTP/1.1 ${answer.status} \r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    return
  }
  const { response, leave } = answer
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage ?? ''}`]
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    lines.push(`${response.rawHeaders[at]}: ${response.rawHeaders[at + 1]}`)
  }
  client.write(`${lines.join('\r\n')}\r\n\r\n`)
  const source: Duplex | http.IncomingMessage = answer.kind === 'upgrade' ? answer.socket : response
  if (answer.kind === 'upgrade') {
    if (answer.head.length > 0) client.write(answer.head)
    if (head.length > 0) answer.socket.write(head)
    client.on('data', (chunk) => answer.socket.write(chunk))
  }
  source.on('data', (chunk) => client.write(chunk))
  const end = () => {
    leave()
    client.end()
    source.destroy()
  }
  source.once('end', end).once('close', end).once('error', end)
  client.once('close', end).once('error', end)
}
