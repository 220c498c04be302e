import { AppError } from '../../errors.ts'
import { rememberPeer } from '../../http/client-address.ts'
import { problemResponse } from '../../http/problem.ts'
import { challengeOf, forwardPath, unwrap, type Way } from './words.ts'

/** Requests of a connection that may overtake each other. */
const overtakingMax = 1_024

/** Numbers that are taken once each, in about their order. */
export class Once {
  readonly #taken = new Set<number>()
  #highest = 0

  /** Whether this one was not taken before; one that is too far behind counts as taken. */
  take(number: number): boolean {
    if (!Number.isSafeInteger(number) || number <= this.#highest - overtakingMax || this.#taken.has(number))
      return false
    this.#taken.add(number)
    this.#highest = Math.max(this.#highest, number)
    if (this.#taken.size > 2 * overtakingMax) {
      for (const old of this.#taken) if (old <= this.#highest - overtakingMax) this.#taken.delete(old)
    }
    return true
  }
}

/** A connection of the mesh that another node dialled. */
export interface DialledWay extends Way {
  readonly forwarded: Once
}

export interface ForwardDoorOptions {
  readonly key: Buffer
  readonly wayOf: (challenge: string) => DialledWay | undefined
  readonly isPrimary: () => boolean
  /** This node's own routes; undefined while it starts. */
  readonly handle: () => ((request: Request) => Promise<Response>) | undefined
}

const notPrimary = new AppError('unavailable', 'The primary has just changed. Try again.', { retryAfterS: 1 })

/**
 * Where the primary takes whole requests from other nodes. Each is proven by the key that the cluster's servers share, for the
 * connection that its node has open, once; bodies are as safe as the private network that LiteFS' own stream crosses.
 */
export class ForwardDoor {
  constructor(private readonly options: ForwardDoorOptions) {}

  /** undefined: this is no forwarded request. */
  handle(request: Request): Promise<Response> | Response | undefined {
    if (!request.url.endsWith(forwardPath) || new URL(request.url).pathname !== forwardPath) return undefined
    const { key, wayOf, isPrimary } = this.options
    const way = wayOf(challengeOf(request.headers))
    const told = way === undefined ? undefined : unwrap(key, way, request)
    if (told === undefined || way?.forwarded.take(told.number) !== true) {
      return new Response('Nodes only.\n', { status: 404 })
    }
    const { method, url, own, client } = told
    const inner = new Request(url, { method, headers: own, body: request.body, signal: request.signal })
    // It is not sent on again: two nodes that took each other for the primary would never end.
    const handle = isPrimary() ? this.options.handle() : undefined
    if (handle === undefined) return problemResponse(notPrimary, inner)
    rememberPeer(inner, { requestIP: () => ({ address: client }) })
    return handle(inner)
  }
}
