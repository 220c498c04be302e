import type { Clock } from '../clock.ts'
import type { Route } from '../config.ts'
import { limits } from '../limits.ts'
import { type AiRequest, bodyFor, isRecord } from '../requests.ts'
import { type Chunks, lookAhead } from './chunks.ts'
import { beginsIn, checkPrelude, EventReader } from './events.ts'
import { AttemptFailure, retryAfterMs } from './failure.ts'
import { faultIn, withoutKeys } from './fault-body.ts'
import { exchangeWith } from './protocols.ts'
import { StreamTap } from './stream-tap.ts'
import type { Transport } from './transport.ts'
import { type Usage, usageIn } from './usage.ts'

/** What an attempt is charged to. Every attempt that opened one closes it once, however it ends. */
export interface Meter {
  /** A bound that must go into the body; undefined: none is needed. */
  readonly outputTokensMax: number | undefined
  close(end: MeterEnd): void
}

export type MeterEnd =
  /** The provider's own count; undefined: it gave none, so what was seen is counted. */
  | { readonly outcome: 'whole' | 'cut' | 'left'; readonly usage: Usage | undefined; readonly outputSeen: number }
  | { readonly outcome: 'failed'; readonly mayCost: boolean }

export interface Begun {
  readonly route: Route
  readonly meter: Meter
  /** Whether it was not the first try. */
  readonly fallback: boolean
  readonly answer:
    | { readonly kind: 'whole'; readonly bytes: Uint8Array; readonly usage: Usage | undefined }
    | { readonly kind: 'refused'; readonly status: number; readonly bytes: Uint8Array }
    | {
        readonly kind: 'stream'
        /** What has been read to see that it begins. */
        readonly head: readonly Uint8Array[]
        /** Has seen the head, and sees what comes. */
        readonly tap: StreamTap
        /** All of it has come with its beginning, and its end too. */
        readonly isOver: boolean
        readonly reader: Chunks
        /** Lets go of the provider. */
        readonly abort: () => void
      }
}

export interface AttemptOptions {
  readonly request: AiRequest
  readonly route: Route
  readonly meter: Meter
  readonly transport: Transport
  readonly clock: Clock
}

/** The statuses that are the client's own fault: they go back to it as they came, but for keys. */
const clientFaults = [400, 404, 409, 413, 415, 422]

/** One try on one route, up to the point where it is clear that it answers. */
export class Attempt {
  readonly #abort = new AbortController()
  #isAnswered = false

  constructor(private readonly options: AttemptOptions) {}

  abort(): void {
    this.#abort.abort()
  }

  /** @throws AttemptFailure. */
  async begin(): Promise<Begun['answer']> {
    try {
      return await this.#send()
    } catch (error) {
      this.#abort.abort()
      if (error instanceof AttemptFailure) throw error
      // What had begun to answer may have worked, and so may cost.
      throw this.#isAnswered
        ? new AttemptFailure('cut', "The provider's answer broke off.", { cause: error })
        : new AttemptFailure('network', 'The provider could not be reached.', { cause: error })
    }
  }

  async #send(): Promise<Begun['answer']> {
    const { request, route, meter, transport } = this.options
    const exchange = exchangeWith(route)
    const body = bodyFor(request, route, meter.outputTokensMax)
    const sent = await transport(exchange.request(request.endpoint, body, this.#abort.signal))
    this.#isAnswered = true
    const response = await exchange.translate(sent, request, this.options.clock.nowMs())
    const { status } = response
    if (status >= 300 && status < 400) {
      await response.body?.cancel()
      throw new AttemptFailure('redirect', 'The provider answered with a redirect, which is not followed.')
    }
    if (!response.ok) return this.#refused(response)
    return request.streaming ? this.#stream(response) : this.#whole(response)
  }

  async #refused(response: Response): Promise<Begun['answer']> {
    const { status, headers } = response
    const { provider } = this.options.route
    const bytes = await read(response, limits.faultBytesMax)
    const fault = faultIn(bytes, provider)
    if (fault !== undefined && clientFaults.includes(status)) return { kind: 'refused', status, bytes: fault }
    const decoder = new TextDecoder()
    throw new AttemptFailure('status', `The provider answered with status ${status}.`, {
      status,
      // Read first: JSON has more ways than one to write a key.
      body: fault === undefined ? withoutKeys(decoder.decode(bytes), provider) : decoder.decode(fault),
      retryAfterMs: retryAfterMs(headers, this.options.clock.nowMs()),
    })
  }

  async #whole(response: Response): Promise<Begun['answer']> {
    const bytes = await read(response, limits.replyBytesMax)
    const reply = parsed(bytes)
    const { endpoint } = this.options.request
    if (isRecord(reply) && isRecord(reply.error)) {
      throw new AttemptFailure('status', 'The provider reported an error.', { body: new TextDecoder().decode(bytes) })
    }
    if (!isRecord(reply) || !Array.isArray(endpoint === 'embeddings' ? reply.data : reply.choices)) {
      throw new AttemptFailure('garbage', 'The provider sent what is no answer.')
    }
    return { kind: 'whole', bytes, usage: usageIn(reply) }
  }

  async #stream(response: Response): Promise<Begun['answer']> {
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
      await response.body?.cancel()
      throw new AttemptFailure('garbage', 'The provider did not send an event stream.')
    }
    const reader = response.body.getReader()
    const events = new EventReader()
    const head: Uint8Array[] = []
    const tap = new StreamTap()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) throw new AttemptFailure('cut', 'The provider ended its stream before it had said anything.')
      head.push(value)
      tap.push(value)
      if (beginsIn(events.push(value))) break
      checkPrelude(events)
    }
    const abort = () => this.#abort.abort()
    const begun = { kind: 'stream', head, tap, abort } as const
    if (!tap.isDone) return { ...begun, isOver: false, reader }
    const { isOver, rest } = await lookAhead(reader)
    return { ...begun, isOver, reader: rest }
  }
}

/** @throws AttemptFailure when there is more. */
async function read(response: Response, bytesMax: number): Promise<Uint8Array> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  if (length <= bytesMax) return new Uint8Array(await response.arrayBuffer())
  if (response.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength
    if (size > bytesMax) throw new AttemptFailure('too-large', `The provider's answer has more than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new AttemptFailure('garbage', 'The provider sent what is not JSON.')
  }
}
