import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import { fetchTransport, type Transport } from './transport.ts'

/** Bun's fetch has 256 requests under way in a process and queues the rest; others need some of them too. */
export const fetchesMax = 128
const idleSocketsMax = 256
/** Chunks that wait for a client that reads slowly, before its provider is made to wait. */
const waitingChunksMax = 16

const agent = new Agent({ keepAlive: true, maxFreeSockets: idleSocketsMax })
const tlsAgent = new TlsAgent({ keepAlive: true, maxFreeSockets: idleSocketsMax })

/** Fetch is the quicker way while there are few calls; beyond that `node:http`, which has no bound of its own. */
export function wideTransport(underWay: () => number): Transport {
  return (request) => (underWay() <= fetchesMax ? fetchTransport : socketTransport)(request)
}

/** The same by `node:http`. It follows no redirect either, and checks certificates. */
export const socketTransport: Transport = ({ url, headers, body, signal }) =>
  new Promise((resolve, reject) => {
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
