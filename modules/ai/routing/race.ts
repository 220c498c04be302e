import type { Clock } from '../clock.ts'
import type { Alias, Route } from '../config.ts'
import { limits } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import type { AiRequest } from '../requests.ts'
import { Attempt, type Begun, type Meter } from './attempt.ts'
import type { Breaker } from './breaker.ts'
import { AttemptFailure, deadlineRefusal, refusalOf } from './failure.ts'
import type { Transport } from './transport.ts'

export interface Call {
  readonly request: AiRequest
  readonly alias: Alias
  /** The alias' routes as they are to be tried. */
  readonly order: readonly Route[]
  /** The client left. */
  readonly signal: AbortSignal
  /** By when something must have begun; then the call is refused with 504. */
  readonly beginMs: number
  /** When nothing has begun by then, the next route is started beside. */
  readonly fallbackAfterMs: number
  /** The first of them already then: an answer is bought with a second call when the first takes unusually long. */
  readonly hedgeAfterMs?: number | undefined
  /** Sets aside what an attempt may cost. @throws Refusal when there is not enough. */
  open(route: Route): Meter | Promise<Meter>
}

export interface RaceParts {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  breakerOf(route: Route): Breaker
  /** Hears how soon a route began, or for how long it was silent until another one did. */
  began(route: Route, tookMs: number): void
  /** Hears of each failed attempt. */
  failed(route: Route, failure: AttemptFailure): void
}

interface Runner {
  readonly route: Route
  readonly attempt: Attempt
  readonly meter: Meter
  readonly number: number
  readonly startedMs: number
}

const backoffFirstMs = 150
const backoffMsMax = 2_000
/** A longer pause that a provider asks for is not waited for within a call. */
const pauseMsMax = 5_000

/**
 * One call on its way to an answer: routes are tried in order; a failure starts the next at once, a silence starts it
 * beside; who begins first wins and the others are let go. It ends in an answer or a refusal, by its deadline.
 */
export class Race {
  readonly #triesMax: number
  readonly #running = new Set<Runner>()
  readonly #timers = new Set<() => void>()
  readonly #over = Promise.withResolvers<Begun>()
  readonly #deadlineMs: number
  readonly #leave = () => this.#fail(new Refusal(499, 'invalid_request_error', 'The client left.'))
  #isOver = false
  #next = 0
  /** Attempts whose money is being set aside, or that wait for their turn. */
  #pending = 0
  #lastFailure: AttemptFailure | undefined

  constructor(
    private readonly call: Call,
    private readonly parts: RaceParts,
  ) {
    this.#triesMax = Math.min(call.order.length * (call.alias.retries + 1), limits.attemptsMax)
    this.#deadlineMs = parts.clock.nowMs() + call.beginMs
  }

  /** @throws Refusal. */
  run(): Promise<Begun> {
    const { signal, beginMs } = this.call
    if (signal.aborted) this.#leave()
    else {
      signal.addEventListener('abort', this.#leave)
      this.#after(beginMs, () => this.#fail(deadlineRefusal(beginMs)))
      this.#armFallback(this.call.hedgeAfterMs)
      this.#start('failure')
    }
    return this.#over.promise
  }

  /** Silence starts only routes that were not tried yet. */
  #armFallback(afterMs = this.call.fallbackAfterMs): void {
    if (this.call.alias.routes.length < 2) return
    this.#after(afterMs, () => {
      if (this.#next >= this.call.alias.routes.length) return
      this.#start('silence')
      this.#armFallback()
    })
  }

  #start(why: 'failure' | 'silence'): void {
    const number = this.#nextAdmitted()
    if (number === undefined) {
      if (why === 'failure' && this.#running.size === 0 && this.#pending === 0) this.#fail(this.#verdict())
      return
    }
    const route = this.#routeOf(number)
    const waitMs = this.#waitMs(number)
    if (waitMs > 0 && this.parts.clock.nowMs() + waitMs >= this.#deadlineMs) {
      if (this.#running.size === 0 && this.#pending === 0) this.#fail(this.#verdict())
      return
    }
    this.#pending++
    if (waitMs > 0) this.#after(waitMs, () => this.#launch(route, number))
    else this.#launch(route, number)
  }

  /** The next in the order whose breaker admits a call; a second round asks no breaker, it has waited already. */
  #nextAdmitted(): number | undefined {
    const { length } = this.call.alias.routes
    while (this.#next < this.#triesMax) {
      const number = this.#next++
      if (this.parts.breakerOf(this.#routeOf(number)).admits(this.parts.clock.nowMs())) return number
      if (number >= length && this.#lastFailure !== undefined) return number
    }
    return undefined
  }

  /** After the last of the order its first again: another round. */
  #routeOf(number: number): Route {
    const { order } = this.call
    return order[number % order.length] as Route
  }

  #waitMs(number: number): number {
    const round = Math.floor(number / this.call.alias.routes.length)
    if (round === 0) return 0
    const step = Math.min(backoffFirstMs * 2 ** (round - 1), backoffMsMax)
    const jittered = step / 2 + (this.parts.random() * step) / 2
    const asked = this.#lastFailure?.details.retryAfterMs ?? 0
    return asked <= pauseMsMax ? Math.max(jittered, asked) : Number.POSITIVE_INFINITY
  }

  async #launch(route: Route, number: number): Promise<void> {
    let meter: Meter
    try {
      const opened = this.call.open(route)
      meter = opened instanceof Promise ? await opened : opened
    } catch (error) {
      this.#pending--
      // With others still under way their answer counts; alone, the refusal does.
      if (this.#running.size === 0) this.#fail(Refusal.from(error) ?? error)
      return
    }
    this.#pending--
    if (this.#isOver) return meter.close({ outcome: 'failed', mayCost: false })
    const attempt = new Attempt({ ...this.parts, request: this.call.request, route, meter })
    const runner: Runner = { route, attempt, meter, number, startedMs: this.parts.clock.nowMs() }
    this.#running.add(runner)
    const late = this.call.request.streaming
      ? this.#after(this.call.alias.firstTokenMs, () => this.#tooLate(runner))
      : () => {}
    attempt.begin().then(
      (answer) => {
        late()
        this.#began(runner, answer)
      },
      (failure: AttemptFailure) => {
        late()
        this.#failed(runner, failure)
      },
    )
  }

  #tooLate(runner: Runner): void {
    const { firstTokenMs } = this.call.alias
    this.#failed(runner, new AttemptFailure('timeout', `The provider said nothing within ${firstTokenMs} ms.`))
  }

  #began(runner: Runner, answer: Begun['answer']): void {
    if (!this.#running.delete(runner)) {
      if (answer.kind === 'stream') answer.abort()
      return
    }
    if (answer.kind !== 'refused') this.parts.began(runner.route, this.parts.clock.nowMs() - runner.startedMs)
    if (answer.kind !== 'stream') this.parts.breakerOf(runner.route).succeed()
    this.#finish(() =>
      this.#over.resolve({ route: runner.route, meter: runner.meter, fallback: runner.number > 0, answer }),
    )
  }

  #failed(runner: Runner, failure: AttemptFailure): void {
    if (!this.#running.delete(runner)) return
    runner.attempt.abort()
    runner.meter.close({ outcome: 'failed', mayCost: failure.mayCost })
    const nowMs = this.parts.clock.nowMs()
    const breaker = this.parts.breakerOf(runner.route)
    const { status, retryAfterMs } = failure.details
    if (status === 429) breaker.cool(nowMs + (retryAfterMs ?? 1_000))
    else if (failure.kind !== 'unsupported') breaker.fail(nowMs)
    this.#lastFailure = failure
    this.parts.failed(runner.route, failure)
    this.#start('failure')
  }

  #verdict(): Refusal {
    if (this.#lastFailure !== undefined) return refusalOf(this.#lastFailure)
    const nowMs = this.parts.clock.nowMs()
    const breakers = this.call.alias.routes.map((route) => this.parts.breakerOf(route))
    const soonest = Math.min(...breakers.map((breaker) => breaker.againAtMs))
    if (breakers.every((breaker) => breaker.isCooling(nowMs))) {
      return new Refusal(429, 'rate_limit_error', 'The providers of this model take no more requests for now.', {
        code: 'upstream_rate_limited',
        retryAfterS: Math.max(1, (soonest - nowMs) / 1_000),
      })
    }
    return new Refusal(503, 'upstream_error', 'Every provider of this model has failed repeatedly and rests.', {
      code: 'providers_resting',
      retryAfterS: Math.max(1, (soonest - nowMs) / 1_000),
    })
  }

  #fail(why: unknown): void {
    if (!this.#isOver) this.#finish(() => this.#over.reject(why))
  }

  #finish(settle: () => void): void {
    this.#isOver = true
    this.call.signal.removeEventListener('abort', this.#leave)
    for (const cancel of this.#timers) cancel()
    const silentSinceMs = this.parts.clock.nowMs() - this.call.fallbackAfterMs
    for (const runner of this.#running) {
      // A route that was overtaken for its silence has failed, so that the next calls do not wait for it too.
      if (runner.startedMs <= silentSinceMs) this.parts.breakerOf(runner.route).fail(this.parts.clock.nowMs())
      this.parts.began(runner.route, this.parts.clock.nowMs() - runner.startedMs)
      runner.attempt.abort()
      runner.meter.close({ outcome: 'left', usage: undefined, outputSeen: 0 })
    }
    this.#running.clear()
    settle()
  }

  #after(ms: number, fire: () => void): () => void {
    const cancel = this.parts.clock.after(ms, () => {
      this.#timers.delete(cancel)
      fire()
    })
    this.#timers.add(cancel)
    return () => {
      cancel()
      this.#timers.delete(cancel)
    }
  }
}
