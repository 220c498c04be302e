import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { AppError } from '../../../src/errors.ts'
import { checkHost, type Internet, to } from '../../../src/http/public-address.ts'
import { limits } from '../limits.ts'

export interface RemoteFile {
  /** The last part of the address's path. */
  readonly name: string
  readonly type: string | undefined
  /** As its server names the coding of a text. */
  readonly charset: string | undefined
  readonly bytes: AsyncIterable<Uint8Array>
}

/** What tests put in the place of the internet. */
export interface RemoteOptions extends Internet {
  readonly ports?: readonly string[]
  readonly timeoutMs?: number
  /** Certificates to trust besides the system's. */
  readonly ca?: string
  /** What is asked for. Default: pictures, or anything. */
  readonly accept?: string
}

/** What a URL has when it names no port: anything else is some other service. */
const portsDefault = ['']

/**
 * Opens a file of somebody else's server. The host is resolved once, every address of it must be public, and the connection
 * goes to the address that was checked: an answer of the name server that changes meanwhile changes nothing. Redirects are
 * checked in the same way.
 * @throws AppError invalid for an address that may not be asked or does not answer; too-large; timeout.
 */
export async function openRemote(address: string, options: RemoteOptions = {}): Promise<RemoteFile> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? limits.remoteMs)
  let url = parse(address, options)
  for (let hops = 0; hops <= limits.remoteRedirectsMax; hops++) {
    const answer = await ask(url, await checkedAddress(url, options), signal, options)
    const { statusCode: status = 0, headers } = answer
    if (status >= 300 && status < 400 && headers.location !== undefined) {
      answer.destroy()
      url = parse(new URL(headers.location, url).href, options)
      continue
    }
    if (status !== 200) {
      answer.destroy()
      throw refused(`Its server answered with ${status}.`)
    }
    if (Number(headers['content-length'] ?? 0) > limits.remoteBytesMax) {
      answer.destroy()
      throw tooLarge()
    }
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    const charset = /charset\s*=\s*"?([\w-]{1,40})/i.exec(headers['content-type'] ?? '')?.[1]
    return { name: nameOf(url), type, charset, bytes: bounded(answer, signal) }
  }
  throw refused(`It was redirected more than ${limits.remoteRedirectsMax} times.`)
}

function parse(address: string, { ports = portsDefault }: RemoteOptions): URL {
  if (!URL.canParse(address)) throw refused('It is no address.')
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('Only https and http can be fetched.')
  if (url.username !== '' || url.password !== '') throw refused('It must not hold a name or password.')
  if (!ports.includes(url.port)) throw refused('It must be at the usual port.')
  return url
}

async function checkedAddress(url: URL, options: RemoteOptions): Promise<string> {
  const host = await checkHost(url.hostname, options)
  if (host.state === 'unknown') throw refused('Its host is not known.')
  if (host.state === 'private') throw refused('Its host is not on the public internet.')
  return host.address
}

function ask(
  url: URL,
  address: string,
  signal: AbortSignal,
  { ca, accept = 'image/*,*/*;q=0.5' }: RemoteOptions,
): Promise<IncomingMessage> {
  const options: RequestOptions & { ca?: string } = {
    method: 'GET',
    signal,
    agent: false,
    lookup: to(address),
    headers: { accept, 'accept-encoding': 'identity', 'user-agent': 'Encapsify' },
    ...(ca !== undefined && { ca }),
  }
  return new Promise((resolve, reject) => {
    const begin = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request: ClientRequest = begin(url, options, resolve)
    request.on('error', (cause) => reject(signal.aborted ? late() : refused('Its server does not answer.', cause)))
    request.end()
  })
}

async function* bounded(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength
      if (bytes > limits.remoteBytesMax) throw tooLarge()
      yield chunk
    }
    if (signal.aborted) throw late()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw signal.aborted ? late() : refused('Its server broke off.', error)
  } finally {
    answer.destroy()
  }
}

function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError('invalid', `The file cannot be fetched from there. ${why}`, {
    faults: [{ pointer: '/url', message: why }],
    cause,
  })
}

function tooLarge(): AppError {
  return new AppError(
    'too-large',
    `A file from elsewhere may have at most ${Math.floor(limits.remoteBytesMax / 1_048_576)} MiB.`,
  )
}

function late(): AppError {
  return new AppError('timeout', 'The server of this file took too long.')
}
