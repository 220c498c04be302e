import type { OrganizationId } from '../../src/db/ids.ts'
import type { CallSpans } from './call-spans.ts'
import type { Clock } from './clock.ts'
import type { Alias, Provider, Route } from './config.ts'
import type { AiFigures } from './figures.ts'
import { type Caller, type Governance, unknownModel } from './governance/governance.ts'
import { limits } from './limits.ts'
import type { Offer, Offers } from './own/offers.ts'
import { Refusal } from './refusal.ts'
import type { AiRequest } from './requests.ts'
import type { Begun, MeterEnd } from './routing/attempt.ts'
import { Breaker } from './routing/breaker.ts'
import { Latencies } from './routing/latencies.ts'
import { orderRoutes } from './routing/order.ts'
import { Race } from './routing/race.ts'
import { relay } from './routing/relay.ts'
import type { Transport } from './routing/transport.ts'

/** So many times its usual time is unusually long for a route, and never less than this. */
const hedgeTimes = 3
const hedgeMsMin = 100
/** Of the first message, what tells conversations of one kind apart. */
const prefixLengthMax = 4_096

export interface GatewayParts {
  readonly offers: Pick<Offers, 'of'>
  readonly governance: Governance
  readonly transport: Transport
  readonly clock: Clock
  /** 0 ≤ x < 1. */
  readonly random: () => number
  readonly figures: AiFigures
  readonly spans: CallSpans
  readonly log: { warn(fields: object, message: string): void }
}

export interface BeginOptions {
  readonly signal: AbortSignal
  /** Instead of the alias' own. */
  readonly beginMs?: number
  readonly fallbackAfterMs?: number
}

/** The way of any call to the providers: routes, breakers, deadlines, bills. The proxy and the chats go through it. */
export class Gateway {
  /** A provider that is set up anew is another one. */
  readonly #breakers = new WeakMap<Provider, Map<string, Breaker>>()
  readonly #latencies = new Latencies()
  readonly #underWay = new Map<string, number>()
  #underWayAll = 0

  constructor(private readonly parts: GatewayParts) {}

  get clock(): Clock {
    return this.parts.clock
  }

  /** What an organization can ask. */
  offerTo(organizationId: OrganizationId): Offer {
    return this.parts.offers.of(organizationId)
  }

  /** @throws Refusal 404. */
  aliasOf(organizationId: OrganizationId, model: string): Alias {
    const alias = this.offerTo(organizationId).aliases.get(model)
    if (alias === undefined) throw unknownModel(model)
    return alias
  }

  modelsOf(organizationId: OrganizationId): readonly string[] {
    return [...this.offerTo(organizationId).aliases.keys()]
  }

  /**
   * The beginning of an answer, from whichever route gave one first. A stream must be handed to `stream` or let go.
   * @throws Refusal by the deadline at the latest.
   */
  async begin(caller: Caller, request: AiRequest, alias: Alias, options: BeginOptions): Promise<Begun> {
    const { governance, clock, random, transport, figures, spans, log } = this.parts
    const leave = this.#enter(caller.organizationId)
    const startedMs = clock.nowMs()
    const { streaming } = request
    const order = orderRoutes(alias, {
      random,
      usualMs: (route) => this.#latencies.of(route, streaming),
      prefix: () => prefixOf(caller, request),
    })
    const fallbackAfterMs = options.fallbackAfterMs ?? (streaming ? alias.fallbackAfterMs : alias.wholeFallbackAfterMs)
    try {
      const begun = await new Race(
        {
          request,
          alias,
          order,
          signal: options.signal,
          beginMs: options.beginMs ?? (streaming ? alias.beginMs : alias.totalMs),
          fallbackAfterMs,
          hedgeAfterMs: alias.hedge ? this.#hedgeAfterMs(order[0], streaming, fallbackAfterMs) : undefined,
          open: (route) => spans.watch(governance.open(caller, request, alias, route), route, request),
        },
        {
          transport,
          clock,
          random,
          breakerOf: (route) => this.#breakerOf(route),
          began: (route, tookMs) => this.#latencies.note(route, streaming, tookMs),
          failed: (route, failure) => {
            figures.attemptsFailed++
            log.warn(
              { provider: route.provider.name, model: route.model, why: failure.kind, status: failure.details.status },
              'an AI provider failed',
            )
          },
        },
      ).run()
      if (begun.fallback) figures.fallbacks++
      figures.firstToken(clock.nowMs() - startedMs)
      if (begun.answer.kind !== 'stream') {
        close(begun)
        leave()
        return begun
      }
      return { ...begun, meter: leaving(begun.meter, leave) }
    } catch (error) {
      leave()
      figures.refusals++
      throw error
    }
  }

  /** A begun stream on its way to a client. `ended` hears how, with the bytes when they were to be kept and all came. */
  stream(
    begun: Begun,
    alias: Alias,
    options: { signal?: AbortSignal; keepBytesMax?: number; ended?: (whole: boolean, kept: Uint8Array[]) => void } = {},
  ): ReadableStream<Uint8Array> {
    const { answer, meter, route } = begun
    if (answer.kind !== 'stream') throw new Error('Only a stream streams.')
    const { clock, figures } = this.parts
    const begunMs = clock.nowMs()
    return relay(answer, {
      clock,
      totalMs: alias.totalMs,
      silenceMs: alias.firstTokenMs,
      keepBytesMax: options.keepBytesMax ?? 0,
      ...(options.signal !== undefined && { signal: options.signal }),
      ended: (end, kept) => {
        this.#judge(route, end)
        if (end.outcome === 'whole') figures.streamed(end.outputSeen, clock.nowMs() - begunMs)
        meter.close(end)
        options.ended?.(end.outcome === 'whole', kept)
      },
    })
  }

  /** All of a stream that was over when it began, instead of `stream`: nothing of it is waited for. */
  whole({ answer, meter, route }: Begun): Uint8Array {
    if (answer.kind !== 'stream' || !answer.isOver) throw new Error('Only a stream that is over is whole.')
    const end = answer.tap.endedAs('whole')
    this.#judge(route, end)
    meter.close(end)
    const [first] = answer.head
    return first !== undefined && answer.head.length === 1 ? first : Buffer.concat(answer.head)
  }

  #judge(route: Route, { outcome }: MeterEnd): void {
    const breaker = this.#breakerOf(route)
    if (outcome === 'whole') breaker.succeed()
    if (outcome !== 'cut') return
    breaker.fail(this.parts.clock.nowMs())
    this.parts.figures.cuts++
  }

  /** When a first route that is usually quicker takes unusually long; undefined: nothing is known of it. */
  #hedgeAfterMs(first: Route | undefined, streaming: boolean, mostMs: number): number | undefined {
    const usualMs = first === undefined ? undefined : this.#latencies.of(first, streaming)
    return usualMs === undefined ? undefined : Math.min(mostMs, Math.max(hedgeMsMin, usualMs * hedgeTimes))
  }

  #breakerOf({ provider, model }: Route): Breaker {
    let ofProvider = this.#breakers.get(provider)
    if (ofProvider === undefined) {
      ofProvider = new Map()
      this.#breakers.set(provider, ofProvider)
    }
    let breaker = ofProvider.get(model)
    if (breaker === undefined) {
      breaker = new Breaker(this.parts.random)
      ofProvider.set(model, breaker)
    }
    return breaker
  }

  /** @throws Refusal 429 or 503 when too much is under way. Returns the way out, once. */
  #enter(organizationId: string): () => void {
    const own = this.#underWay.get(organizationId) ?? 0
    if (own >= limits.callsOfOrganizationMax) {
      throw new Refusal(429, 'rate_limit_error', `At most ${limits.callsOfOrganizationMax} calls may be under way.`, {
        code: 'too_many_calls',
        retryAfterS: 1,
      })
    }
    if (this.#underWayAll >= limits.callsMax) {
      throw new Refusal(503, 'server_error', 'Too many calls are under way.', { retryAfterS: 1 })
    }
    this.parts.figures.requests++
    this.parts.figures.underWay = ++this.#underWayAll
    this.#underWay.set(organizationId, own + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.parts.figures.underWay = --this.#underWayAll
      const left = (this.#underWay.get(organizationId) ?? 1) - 1
      if (left === 0) this.#underWay.delete(organizationId)
      else this.#underWay.set(organizationId, left)
    }
  }
}

/** Providers keep the beginnings of prompts, each organization's for itself. */
function prefixOf({ organizationId }: Caller, { body }: AiRequest): string {
  const first: unknown = Array.isArray(body.messages) ? body.messages[0] : undefined
  return `${organizationId}/${JSON.stringify(first ?? '').slice(0, prefixLengthMax)}`
}

function close({ answer, meter }: Begun): void {
  if (answer.kind === 'refused') meter.close({ outcome: 'failed', mayCost: false })
  else if (answer.kind === 'whole') {
    const outputSeen = Math.ceil(answer.bytes.byteLength / 4)
    meter.close({ outcome: 'whole', usage: answer.usage, outputSeen })
  }
}

function leaving(meter: Begun['meter'], leave: () => void): Begun['meter'] {
  return {
    outputTokensMax: meter.outputTokensMax,
    close(end) {
      leave()
      meter.close(end)
    },
  }
}
