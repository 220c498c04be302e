import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { checkHost, type Internet, to } from '../../src/http/public-address.ts'
import { limits } from './limits.ts'

/** What tests put in the place of the internet and its clock. */
export interface SendingOptions extends Internet {
  readonly timeoutMs?: number
  /** Certificates to trust besides the system's. */
  readonly ca?: string
}

/** What came of one attempt. `status` null: no answer, and `answer` says why. */
export interface Answer {
  readonly status: number | null
  /** The beginning of what the receiver said. */
  readonly answer: string
}

/**
 * Posts one message. Redirects are not followed and count as failures (Standard Webhooks), hosts that are not on the public
 * internet are not asked, and no more of the answer is read than is kept. Never throws.
 */
export async function send(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  options: SendingOptions = {},
): Promise<Answer> {
  const url = new URL(address)
  const host = await checkHost(url.hostname, options)
  if (host.state === 'unknown') return failed('Its host is not known.')
  if (host.state === 'private') return failed('Its host is not on the public internet.')
  const timeoutMs = options.timeoutMs ?? limits.timeoutMs
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const received = await post(url, host.address, body, headers, signal, options.ca)
    return { status: received.statusCode ?? null, answer: await beginning(received) }
  } catch (error) {
    if (signal.aborted) return failed(`No answer within ${timeoutMs / 1_000} s.`)
    return failed(error instanceof Error ? error.message : String(error))
  }
}

const failed = (why: string): Answer => ({ status: null, answer: why.slice(0, limits.answerBytesMax) })

function post(
  url: URL,
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  ca: string | undefined,
): Promise<IncomingMessage> {
  const bytes = Buffer.from(body)
  const options = {
    method: 'POST',
    signal,
    agent: false as const,
    lookup: to(address),
    headers: {
      'user-agent': 'Encapsify',
      'content-type': 'application/json',
      ...headers,
      'content-length': bytes.length,
    },
    ...(ca !== undefined && { ca }),
  }
  return new Promise((resolve, reject) => {
    const begin = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request: ClientRequest = begin(url, options, resolve)
    request.on('error', reject)
    request.end(bytes)
  })
}

async function beginning(received: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of received as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length >= limits.answerBytesMax) break
  }
  received.destroy()
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limits.answerBytesMax))
}
