import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Delivery, hopByHop, problem, respond, tunnel } from './fly-answer.ts'
import { type Concurrency, type HealthCheck, type Machine, Machines, type Wish } from './fly-machines.ts'
import {
  type FailedReplay,
  formatFailed,
  formatSource,
  parseReplay,
  type Replay,
  replayBytesMax,
} from './fly-replay.ts'
import { type Answer, type Outgoing, send, take } from './fly-request.ts'

export interface FlyProxyOptions {
  /** Where this edge stands. */
  readonly region: string
  /** Whose address this is. */
  readonly app: string
  readonly concurrency?: Concurrency
  readonly healthCheck?: HealthCheck
  /** How long a request waits for a machine below its hard limit. */
  readonly queueMs?: number
  /** How long a machine is tried when the replay says nothing of it. */
  readonly retryMs?: number
  readonly connectMs?: number
}

const replaysMax = 10
const retryPauseMs = 50
/** What only this proxy may say. */
const ours = /^fly-(client-ip|forwarded-port|region|replay-src|replay-failed|preferred-instance-unavailable)$/

/** Where a request goes next. */
interface Leg {
  readonly wish: Wish
  readonly timeoutMs: number
  readonly replay?: { readonly order: Replay; readonly source: Machine }
  readonly headers: Readonly<Record<string, string>>
  /** A request that fell back cannot be replayed again. */
  readonly isFallback: boolean
}

type Arrival =
  | { readonly answer: Answer; readonly machine: Machine; readonly leave: () => void }
  | FailedReplay['reason']

/**
 * Stands in for fly-proxy at one edge: nearest healthy machine, `fly-replay`, limits, headers, sockets. Differences from the
 * real one are listed in docs/operations/laboratory.md.
 */
export class FlyProxy {
  readonly machines: Machines
  readonly #options: Required<FlyProxyOptions>
  readonly #server: http.Server
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 10_000 })
  readonly #sockets = new Set<Socket | Duplex>()
  #checking: Timer | undefined

  constructor(options: FlyProxyOptions) {
    this.#options = {
      concurrency: { softLimit: 20, hardLimit: Number.POSITIVE_INFINITY },
      healthCheck: { path: '/health/ready', intervalMs: 2_000, timeoutMs: 1_000 },
      queueMs: 5_000,
      retryMs: 5_000,
      connectMs: 1_000,
      ...options,
    }
    this.machines = new Machines(this.#options.concurrency, () => 0)
    this.#server = http.createServer((request, response) => {
      this.#handle(request, (answer) => respond(answer, request, response)).catch(() => response.destroy())
    })
    this.#server.on('upgrade', (request, socket, head) => {
      this.#handle(request, (answer) => tunnel(answer, socket, head)).catch(() => socket.destroy())
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /** Listens, looks at every machine, and goes on looking. */
  async listen(port: number, hostname = '127.0.0.1'): Promise<number> {
    await this.machines.check(this.#options.healthCheck)
    const check = () => void this.machines.check(this.#options.healthCheck)
    this.#checking = setInterval(check, this.#options.healthCheck.intervalMs)
    await new Promise<void>((resolve) => this.#server.listen(port, hostname, resolve))
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    clearInterval(this.#checking)
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    this.#agent.destroy()
    await closed
  }

  async #handle(request: http.IncomingMessage, deliver: (answer: Delivery) => void): Promise<void> {
    const isUpgrade = request.headers.upgrade !== undefined
    const gone = new AbortController()
    request.socket.once('close', () => gone.abort())
    const { body, rest } = isUpgrade ? { body: Buffer.alloc(0), rest: undefined } : await take(request)
    let leg = this.#first(request)
    for (let replays = 0; ; replays++) {
      const outgoing: Outgoing = {
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: { ...this.#headers(request, isUpgrade), ...leg.headers },
        isUpgrade,
        body,
        rest,
      }
      const startedMs = performance.now()
      const arrival = await this.#reach(leg, outgoing, gone.signal)
      if (typeof arrival === 'string') {
        const fallback = this.#fallback(leg, arrival, performance.now() - startedMs)
        if (fallback === undefined) return deliver(problem(503, `no machine took the request: ${arrival}`))
        leg = fallback
        continue
      }
      const { answer, machine, leave } = arrival
      if (answer.kind === 'broken' || answer.kind === 'unreached') {
        leave()
        return deliver(problem(502, `${machine.id} did not answer`))
      }
      const order = answer.response.headers['fly-replay']
      if (typeof order !== 'string' || answer.kind === 'upgrade') return deliver({ ...answer, leave })
      answer.response.resume()
      leave()
      if (rest !== undefined || body.length > replayBytesMax) return deliver(problem(502, 'too large to be replayed'))
      if (leg.isFallback) return deliver(problem(502, 'a request that fell back asked to be replayed again'))
      if (replays === replaysMax) return deliver(problem(502, 'replayed too often'))
      leg = this.#next(order, machine)
    }
  }

  /** The first leg, as the client's own headers wish. */
  #first(request: http.IncomingMessage): Leg {
    const header = (name: string) => {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    const list = (text: string | undefined) => text?.split(',').map((name) => name.trim())
    const forced = list(header('fly-force-region'))
    const regions = forced ?? list(header('fly-prefer-region'))
    const [instance, preferInstance] = [header('fly-force-instance-id'), header('fly-prefer-instance-id')]
    const wish: Wish = {
      app: this.#options.app,
      ...(instance !== undefined && { instance }),
      ...(preferInstance !== undefined && { preferInstance }),
      ...(regions !== undefined && { regions, forced: forced !== undefined }),
    }
    return { wish, timeoutMs: this.#options.retryMs, headers: {}, isFallback: false }
  }

  #next(order: string, source: Machine): Leg {
    const replay = parseReplay(order)
    const wish: Wish = {
      app: replay.app ?? source.app,
      ...(replay.instance !== undefined && { instance: replay.instance }),
      ...(replay.preferInstance !== undefined && { preferInstance: replay.preferInstance }),
      ...(replay.regions !== undefined && { regions: replay.regions, forced: true }),
      ...(replay.elsewhere === true && { excluded: new Set([source.id]) }),
    }
    const from = { instance: source.id, region: source.region, state: replay.state }
    return {
      wish,
      timeoutMs: replay.timeoutMs ?? this.#options.retryMs,
      replay: { order: replay, source },
      headers: { 'fly-replay-src': formatSource(from, Date.now()) },
      isFallback: false,
    }
  }

  /** Back to who sent the replay, when it asked for that. */
  #fallback(leg: Leg, reason: FailedReplay['reason'], elapsedMs: number): Leg | undefined {
    if (leg.replay?.order.fallback === undefined) return undefined
    const { order, source } = leg.replay
    const failed = { replay: order, app: source.app, source: source.id, reason, elapsedMs }
    return {
      wish: {
        app: source.app,
        ...(order.fallback === 'force_self' ? { instance: source.id } : { preferInstance: source.id }),
      },
      timeoutMs: this.#options.retryMs,
      headers: { 'fly-replay-failed': formatFailed(failed) },
      isFallback: true,
    }
  }

  /** Tries machines until one has taken the request or the time is over. */
  async #reach(leg: Leg, outgoing: Outgoing, signal: AbortSignal): Promise<Arrival> {
    const endsMs = performance.now() + leg.timeoutMs
    const queueEndsMs = performance.now() + Math.min(leg.timeoutMs, this.#options.queueMs)
    const tried = new Set<string>()
    for (;;) {
      const excluded = new Set([...(leg.wish.excluded ?? []), ...(leg.wish.instance === undefined ? tried : [])])
      const choice = this.machines.choose({ ...leg.wish, excluded })
      if ('none' in choice) {
        if (choice.none === 'no_candidate') return tried.size > 0 ? 'retries_exhausted' : 'no_candidate'
        const waitMs = queueEndsMs - performance.now()
        if (waitMs <= 0) return 'retries_exhausted'
        await this.machines.freed(waitMs)
        continue
      }
      const { machine } = choice
      const { preferInstance } = leg.wish
      const missed = preferInstance !== undefined && preferInstance !== machine.id
      const headers = missed
        ? { ...outgoing.headers, 'fly-preferred-instance-unavailable': preferInstance }
        : outgoing.headers
      const leave = this.machines.enter(machine)
      const connectMs = Math.max(1, Math.min(this.#options.connectMs, endsMs - performance.now()))
      const answer = await send(machine, { ...outgoing, headers }, { agent: this.#agent, connectMs, signal })
      if (answer.kind !== 'unreached' || outgoing.rest !== undefined) return { answer, machine, leave }
      leave()
      tried.add(machine.id)
      if (signal.aborted || performance.now() >= endsMs) return 'timeout'
      if (leg.wish.instance !== undefined) await Bun.sleep(retryPauseMs)
    }
  }

  /** The client's headers and what fly-proxy adds (https://fly.io/docs/networking/request-headers/). */
  #headers(request: http.IncomingMessage, isUpgrade: boolean): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {}
    for (const [name, value] of Object.entries(request.headers)) {
      if (value === undefined || ours.test(name) || (hopByHop.has(name) && !isUpgrade)) continue
      headers[name] = value
    }
    const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const port = String(request.socket.localPort ?? '')
    const chain = request.headers['x-forwarded-for']
    return {
      ...headers,
      'fly-client-ip': client,
      'fly-forwarded-port': port,
      'fly-region': this.#options.region,
      'x-forwarded-for': [...(chain === undefined ? [] : [chain].flat()), client].join(', '),
      'x-forwarded-port': port,
      'x-forwarded-proto': 'http',
      'x-forwarded-ssl': 'off',
      via: [request.headers.via, '1.1 fly.io'].filter(Boolean).join(', '),
    }
  }
}
