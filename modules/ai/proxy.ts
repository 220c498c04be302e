import { AnswerCache, type CachedAnswer, Flights } from './cache.ts'
import type { Alias } from './config.ts'
import type { AiFigures } from './figures.ts'
import type { Gateway } from './gateway.ts'
import type { Caller, Governance } from './governance/governance.ts'
import { limits } from './limits.ts'
import type { AiRequest } from './requests.ts'
import { SharedStream } from './shared-stream.ts'

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies on the way would hold words back to compress them.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const
const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const

interface Whole {
  readonly status: number
  readonly bytes: Uint8Array
}

/** Calls in OpenAI's protocol, handed to a provider and back as they are. */
export class AiProxy {
  readonly #cache: AnswerCache
  readonly #flights = new Flights<Whole>()
  /** Streams that have not begun, and those under way: more of the same join them. */
  readonly #beginnings = new Flights<SharedStream | Whole>()
  readonly #open = new Map<string, SharedStream>()

  constructor(
    private readonly gateway: Gateway,
    private readonly governance: Governance,
    private readonly figures: AiFigures,
  ) {
    this.#cache = new AnswerCache(gateway.clock)
  }

  /** @throws Refusal. */
  async answer(caller: Caller, request: AiRequest, signal: AbortSignal): Promise<Response> {
    const alias = this.gateway.aliasOf(caller.organizationId, request.model)
    this.governance.admit(caller, request)
    const ttlMs = this.governance.cacheTtlMs(caller)
    if (ttlMs === 0) return this.#fresh(caller, request, alias, signal)
    return this.#cached(caller, request, alias, signal, ttlMs)
  }

  async #fresh(caller: Caller, request: AiRequest, alias: Alias, signal: AbortSignal): Promise<Response> {
    const begun = await this.gateway.begin(caller, request, alias, { signal })
    const { answer } = begun
    if (answer.kind === 'stream') {
      const body = answer.isOver ? this.gateway.whole(begun) : this.gateway.stream(begun, alias, { signal })
      return new Response(body as BodyInit, { headers: streamHeaders })
    }
    return new Response(answer.bytes as Uint8Array<ArrayBuffer>, {
      status: answer.kind === 'refused' ? answer.status : 200,
      headers: jsonHeaders,
    })
  }

  async #cached(
    caller: Caller,
    request: AiRequest,
    alias: Alias,
    signal: AbortSignal,
    ttlMs: number,
  ): Promise<Response> {
    const key = this.#cache.keyOf(caller.organizationId, request.endpoint, request.text)
    const known = this.#cache.get(key)
    if (known !== undefined) {
      this.#noteHit(caller, alias)
      return hit(known)
    }
    if (request.streaming) return this.#streamed(caller, request, alias, signal, key, ttlMs)
    let isOwn = false
    const { status, bytes } = await this.#flights.share(key, signal, async (flight) => {
      isOwn = true
      const { answer } = await this.gateway.begin(caller, request, alias, { signal: flight })
      if (answer.kind === 'stream') throw new Error('A whole answer was asked for.')
      if (answer.kind === 'refused') return answer
      this.#cache.put(key, answer.bytes, false, ttlMs)
      return { status: 200, bytes: answer.bytes }
    })
    if (!isOwn) this.#noteHit(caller, alias)
    const headers = { ...jsonHeaders, 'cache-status': `encapsify; fwd=miss${isOwn ? '' : '; collapsed'}` }
    return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers })
  }

  #noteHit(caller: Caller, alias: Alias): void {
    this.figures.cacheHits++
    this.governance.noteCached(caller, alias)
  }

  async #streamed(
    caller: Caller,
    request: AiRequest,
    alias: Alias,
    signal: AbortSignal,
    key: string,
    ttlMs: number,
  ): Promise<Response> {
    let isOwn = false
    const open = this.#open.get(key)
    const shared = open?.isOpen
      ? open
      : await this.#beginnings.share(key, signal, async (flight) => {
          isOwn = true
          return await this.#begin(caller, request, alias, flight, key, ttlMs)
        })
    if (!(shared instanceof SharedStream)) {
      const { status, bytes } = shared
      return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers: jsonHeaders })
    }
    if (!isOwn) this.#noteHit(caller, alias)
    const status = `encapsify; fwd=miss${isOwn ? '' : '; collapsed'}`
    return new Response(shared.join(signal), { headers: { ...streamHeaders, 'cache-status': status } })
  }

  async #begin(
    caller: Caller,
    request: AiRequest,
    alias: Alias,
    signal: AbortSignal,
    key: string,
    ttlMs: number,
  ): Promise<SharedStream | Whole> {
    const begun = await this.gateway.begin(caller, request, alias, { signal })
    const { answer } = begun
    if (answer.kind === 'refused') return answer
    if (answer.kind === 'whole') return { status: 200, bytes: answer.bytes }
    const source = this.gateway.stream(begun, alias, {
      keepBytesMax: limits.cacheEntryBytesMax,
      ended: (whole, kept) => {
        if (whole && kept.length > 0) this.#cache.put(key, Buffer.concat(kept), true, ttlMs)
      },
    })
    const shared = new SharedStream(source, () => {
      if (this.#open.get(key) === shared) this.#open.delete(key)
    })
    this.#open.set(key, shared)
    return shared
  }
}

function hit({ bytes, streaming }: CachedAnswer): Response {
  const headers = { ...(streaming ? streamHeaders : jsonHeaders), 'cache-status': 'encapsify; hit' }
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers })
}
