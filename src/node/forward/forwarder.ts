import { AppError } from '../../errors.ts'
import { meshPort } from '../ports.ts'
import { forwardPath, stripped, type Way, wrap } from './words.ts'

/** The connection on which this node speaks to the primary's server. */
export interface OpenWay extends Way {
  readonly address: string
  /** Aborted when the connection ends: what is under way beside it would never be answered. */
  readonly signal: AbortSignal
}

export interface ForwarderOptions {
  readonly key: Buffer
  /** null while the primary is not reached, or is this node. */
  readonly way: () => OpenWay | null
  readonly clientOf: (request: Request) => string
  /** Where the primary's mesh answers; `meshPort` when absent. */
  readonly port?: number
}

const cut =
  'The connection to the primary broke while this request was under way. Look whether it was done, and try again.'

/** Sends whole requests to the primary as they come in, body and answer streaming: those that a proxy cannot replay. */
export class RequestForwarder {
  readonly #numbers = new WeakMap<AbortSignal, number>()

  constructor(private readonly options: ForwarderOptions) {}

  /** undefined: there is no way to the primary now. Rejects with an AppError when the way breaks. */
  forward(request: Request): Promise<Response> | undefined {
    const way = this.options.way()
    return way === null ? undefined : this.#send(way, request)
  }

  async #send(way: OpenWay, request: Request): Promise<Response> {
    const { key, clientOf, port = meshPort } = this.options
    const number = (this.#numbers.get(way.signal) ?? 0) + 1
    this.#numbers.set(way.signal, number)
    const { method, url } = request
    const host = way.address.includes(':') ? `[${way.address}]` : way.address
    try {
      const answer = await fetch(`http://${host}:${port}${forwardPath}`, {
        method,
        headers: wrap(key, way, { method, url, client: clientOf(request), number }, request.headers),
        body: request.body,
        signal: AbortSignal.any([way.signal, request.signal]),
        redirect: 'manual',
        decompress: false,
      })
      return new Response(answer.body, { status: answer.status, headers: stripped(answer.headers) })
    } catch (cause) {
      throw new AppError('unavailable', cut, { cause, retryAfterS: 1 })
    }
  }
}
