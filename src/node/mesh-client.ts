import { TypeCompiler } from '@sinclair/typebox/compiler'
import { limits } from '../cluster/limits.ts'
import type { Call, Outcome } from '../db/calls.ts'
import type { Position } from '../db/position.ts'
import { AppError } from '../errors.ts'
import { Channel } from './channel.ts'
import type { Forwarder } from './cluster-port.ts'
import type { ClusterConfig } from './config.ts'
import type { OpenWay } from './forward/forwarder.ts'
import { newChallenge, readHello } from './hello.ts'
import type { GuardLink } from './link.ts'
import { meshKey, toNode } from './mesh.ts'
import type { MeshNeighbours, Whisper } from './neighbours.ts'
import { meshPort } from './ports.ts'

interface Pending {
  readonly text: string
  readonly calls: readonly Call[]
  readonly untilMs: number
  sent: boolean
  resolve(answer: { outcomes: readonly Outcome[]; position: Position | null }): void
  reject(error: AppError): void
}

const check = TypeCompiler.Compile(toNode)
const lookEveryMs = 25
const connectMaxMs = 600
const redialMs = 50
/** What may wait to be sent before whispers are let go. */
const bufferedBytesMax = 1_048_576
/** Longer than the primary itself waits for a confirmation. */
const answerMaxMs = limits.confirmMaxMs + 1_000

const unknown = new AppError(
  'not-confirmed',
  'The primary did not say whether this was stored. Retry it with the same key.',
  {
    retryAfterS: 1,
  },
)

/**
 * One authenticated connection to the primary's server. A batch that was sent and not answered is sent again to whoever is
 * primary then: its operations have ids, and a repetition answers as the first did.
 */
export class MeshClient implements Forwarder {
  readonly #key: Buffer
  readonly #pending = new Map<number, Pending>()
  #nextId = 1
  #socket: WebSocket | null = null
  #channel: Channel | null = null
  #way: OpenWay | null = null
  #breaking = new AbortController()
  #to: string | null = null
  #sinceMs = 0
  #nextMs = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor(
    config: ClusterConfig,
    private readonly link: Pick<GuardLink, 'status' | 'onStatus'>,
    private readonly neighbours: MeshNeighbours,
  ) {
    this.#key = meshKey(config)
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
    link.onStatus(() => this.#look())
  }

  /** The connection that stands, for what is sent beside it. */
  get way(): OpenWay | null {
    return this.#way
  }

  get isReady(): boolean {
    return this.#channel !== null
  }

  forward(calls: readonly Call[]): Promise<{ outcomes: readonly Outcome[]; position: Position | null }> {
    const id = this.#nextId++
    const named = calls.map((call) => ({ ...call, operationId: call.operationId ?? Bun.randomUUIDv7() }))
    return new Promise((resolve, reject) => {
      const untilMs = performance.now() + answerMaxMs
      const text = JSON.stringify({ id, calls: named })
      const pending = { text, calls: named, untilMs, sent: false, resolve, reject }
      this.#pending.set(id, pending)
      this.#send(pending)
    })
  }

  /** Lost when the primary is not reached, or reads too slowly. */
  whisper(whisper: Whisper): void {
    const socket = this.#socket
    if (this.#channel === null || socket?.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount <= bufferedBytesMax) socket.send(this.#channel.seal(JSON.stringify(whisper)))
  }

  /** This node is primary now: what was under way to another is run here, under the same ids. */
  takeBack(): readonly (readonly Call[])[] {
    const taken = [...this.#pending.values()]
    this.#pending.clear()
    // Their promises end: whoever counts what is under way must not count them for ever.
    for (const pending of taken) pending.resolve({ outcomes: [], position: null })
    return taken.map(({ calls }) => calls)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#drop()
  }

  #look(): void {
    const nowMs = performance.now()
    for (const [id, pending] of this.#pending) {
      if (pending.untilMs > nowMs) continue
      this.#pending.delete(id)
      pending.reject(unknown)
    }
    for (const pending of this.#pending.values()) if (!pending.sent) this.#send(pending)
    const { primary, role } = this.link.status
    const address = primary?.address ?? null
    // The one in the middle speaks to nobody above it.
    if (role === 'open' && this.#socket !== null) return this.#drop()
    if (this.#socket !== null) {
      const isLate = this.#channel === null && nowMs - this.#sinceMs > connectMaxMs
      const isElsewhere = address !== null && address !== this.#to
      if (isElsewhere || isLate) this.#drop()
      // Another primary: nothing failed here, so there is nothing to wait for.
      if (isElsewhere) this.#dial(address)
      return
    }
    if (address !== null && nowMs >= this.#nextMs) this.#dial(address)
  }

  #dial(address: string): void {
    const mine = newChallenge()
    const host = address.includes(':') ? `[${address}]` : address
    const socket = new WebSocket(`ws://${host}:${meshPort}/mesh?challenge=${mine}`)
    this.#socket = socket
    this.#to = address
    this.#sinceMs = performance.now()
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(String(event.data), mine)
    }
    socket.onclose = socket.onerror = () => {
      if (this.#socket === socket) this.#drop()
    }
  }

  #receive(text: string, mine: string): void {
    if (this.#channel === null) {
      const hello = readHello(this.#key, text, mine)
      if (hello === null) return this.#drop()
      this.#channel = new Channel(this.#key, mine, hello.challenge)
      const { signal } = this.#breaking
      this.#way = { challenge: mine, answer: hello.challenge, address: this.#to ?? '', signal }
      for (const pending of this.#pending.values()) this.#send(pending)
      return this.neighbours.reached(true)
    }
    const opened = this.#channel.open(text)
    const answer: unknown = opened === null ? null : JSON.parse(opened)
    if (!check.Check(answer)) return this.#drop()
    if ('topic' in answer) return this.neighbours.hear(answer, null)
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) return
    if (answer.outcomes === null) {
      // A node that is not primary ran nothing: it, or the next one, is asked again.
      pending.sent = false
      return
    }
    this.#pending.delete(answer.id)
    const outcomes = answer.outcomes.map((said) => (said.state === 'done' ? { result: undefined, ...said } : said))
    pending.resolve({ outcomes, position: answer.position })
  }

  #send(pending: Pending): void {
    if (this.#channel === null || this.#socket?.readyState !== WebSocket.OPEN) return
    pending.sent = true
    this.#socket.send(this.#channel.seal(pending.text))
  }

  #drop(): void {
    const socket = this.#socket
    const wasReached = this.#channel !== null
    this.#socket = null
    this.#channel = null
    this.#way = null
    this.#breaking.abort()
    this.#breaking = new AbortController()
    this.#to = null
    this.#nextMs = performance.now() + redialMs
    if (socket === null) return
    socket.onmessage = socket.onclose = socket.onerror = null
    if ('terminate' in socket && typeof socket.terminate === 'function') socket.terminate()
    else socket.close()
    if (wasReached) this.neighbours.reached(false)
  }
}
