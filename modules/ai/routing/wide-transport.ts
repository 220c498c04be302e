import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import { LRUCache } from 'lru-cache'
import { type CheckedHost, checkHost, type Internet, to } from '../../../src/http/public-address.ts'
import { AttemptFailure } from './failure.ts'
import { fetchTransport, type Transport, type UpstreamRequest } from './transport.ts'

/** Bun's fetch has 256 requests under way in a process and queues the rest; others need some of them too. */
export const fetchesMax = 128
const idleSocketsMax = 256
/** Chunks that wait for a client that reads slowly, before its provider is made to wait. */
const waitingChunksMax = 16

const agentOptions = { keepAlive: true, maxFreeSockets: idleSocketsMax }
const agent = new Agent(agentOptions)
const tlsAgent = new TlsAgent(agentOptions)

/** Fetch is the quicker way while there are few calls; beyond that `node:http`, which has no bound of its own. */
export function wideTransport(underWay: () => number): Transport {
  return (request) => (underWay() <= fetchesMax ? fetchTransport : socketTransport)(request)
}

/** How long a host's address that was checked is used: connections go to it, whatever its name server says meanwhile. */
const hostMsMax = 30_000
const hostsMax = 1_000

interface Sockets {
  readonly agent: Agent
  readonly tlsAgent: TlsAgent
  readonly lookup?: RequestOptions['lookup']
}

/** The same by `node:http`. It follows no redirect either, and checks certificates. */
export const socketTransport: Transport = (request) => bySockets(request, { agent, tlsAgent })

/** To the public internet alone: a host is resolved once, checked, and reached at the address that was checked. */
export function guardedTransport(internet: Internet = {}): Transport {
  const hosts = new LRUCache<string, CheckedHost>({ max: hostsMax, ttl: hostMsMax })
  const own = { agent: new Agent(agentOptions), tlsAgent: new TlsAgent(agentOptions) }
  return async (request) => {
    const { hostname } = new URL(request.url)
    const host = hosts.get(hostname) ?? (await checkHost(hostname, internet))
    if (host.state === 'unknown') throw new AttemptFailure('network', "The provider's host is not known.")
    if (host.state === 'private') {
      throw new AttemptFailure('network', "The provider's host is not on the public internet, and was not asked.")
    }
    hosts.set(hostname, host)
    return bySockets(request, { ...own, lookup: to(host.address) })
  }
}

const bySockets = ({ url, headers, body, signal }: UpstreamRequest, { agent, tlsAgent, lookup }: Sockets) =>
  new Promise<Response>((resolve, reject) => {
    const target = new URL(url)
    const secure = target.protocol === 'https:'
    const bytes = Buffer.from(body)
    const sent = (secure ? requestHttps : requestHttp)(
      target,
      {
        method: 'POST',
        agent: secure ? tlsAgent : agent,
        signal,
        headers: { ...headers, 'content-length': bytes.length },
        ...(lookup !== undefined && { lookup }),
      },
      (message) => resolve(responseOf(message)),
    )
    sent.on('error', reject)
    sent.end(bytes)
  })

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let n = 0; n + 1 < message.rawHeaders.length; n += 2) {
    headers.append(message.rawHeaders[n] ?? '', message.rawHeaders[n + 1] ?? '')
  }
  const status = message.statusCode ?? 502
  const hasBody = ![204, 205, 304].includes(status)
  if (!hasBody) message.resume()
  return new Response(hasBody ? bodyOf(message) : null, { status, headers })
}

function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let isOver = false
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (how: () => void) => () => {
          if (isOver) return
          isOver = true
          how()
        }
        message.on('data', (chunk: Buffer) => {
          if (isOver) return
          controller.enqueue(new Uint8Array(chunk))
          if ((controller.desiredSize ?? 0) <= 0) message.pause()
        })
        message.on(
          'end',
          end(() => (message.complete ? controller.close() : controller.error(new Error('It was cut.')))),
        )
        message.on('error', (error) => end(() => controller.error(error))())
        message.on(
          'close',
          end(() => controller.error(new Error('The connection was closed.'))),
        )
      },
      pull() {
        message.resume()
      },
      cancel() {
        isOver = true
        message.destroy()
      },
    },
    { highWaterMark: waitingChunksMax },
  )
}
