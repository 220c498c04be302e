import type { Guard } from '../cluster/guard.ts'
import type { GuardEffect, GuardEvent } from '../cluster/steps.ts'
import type { LtxPosition, Position } from '../db/position.ts'
import type { ClusterConfig } from './config.ts'
import { Handoffs } from './handoffs.ts'
import type { Leases } from './leases.ts'
import type { Litefs } from './litefs.ts'
import type { Positions } from './positions.ts'
import type { FromServer, NodeStatus } from './protocol.ts'
import type { RecordFile } from './record.ts'
import type { ServerChild } from './server-child.ts'
import type { Streams } from './streams.ts'
import type { Heard, Wire } from './wire.ts'

export interface DriverOptions {
  readonly guard: Guard
  readonly config: ClusterConfig
  readonly candidates: readonly string[]
  readonly record: RecordFile
  readonly wire: Wire
  readonly streams: Streams
  readonly leases: Leases
  readonly positions: Positions
  readonly litefs: Litefs
  readonly server: ServerChild
  readonly addressOf: (node: string) => string | null
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
  readonly onFatal: (error: Error) => void
}

const tickMs = 25
const statusEveryMs = 500

/** Drives the guard: gives it what happens and carries out what it wants, each effect done before the next begins (G2). */
export class Driver {
  readonly #timer: ReturnType<typeof setInterval>
  readonly #handoffs: Handoffs
  #litefs: NodeStatus['litefs'] = 'gone'
  #moved = new Map<string, LtxPosition>()
  /** The epoch that the writer shall open, until a server has been told. */
  #opening: number | null = null
  /** The epoch that the server was told to open. */
  #told: number | null = null
  #confirmed: Position | null = null
  #status = ''
  #statusMs = 0
  readonly #nearMs = new Map<string, number>()
  #ended = false
  #leaving = false

  constructor(private readonly options: DriverOptions) {
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#handoffs = new Handoffs({
      candidates: options.candidates.filter((name) => name !== options.config.node),
      step: (event) => this.step(event),
      isPrimary: () => options.guard.status.role === 'open',
      hasLease: () => this.#litefs === 'primary',
    })
  }

  step(event: GuardEvent): void {
    if (this.#ended) return
    const before = this.options.guard.status.role
    for (const effect of this.options.guard.step(event, performance.now())) {
      if (this.#ended) return
      this.#carryOut(effect)
    }
    const { role, epoch, record } = this.options.guard.status
    if (role !== before) {
      this.options.log.info({ role, epoch, promised: record.promised, member: record.member }, `the guard is ${role}`)
      this.#tellStatus()
    }
  }

  hear(heard: Heard): void {
    if (this.options.candidates.includes(heard.from)) this.#nearMs.set(heard.from, performance.now())
    this.step({ type: 'message', ...heard })
    const { message } = heard
    if (message.type !== 'report' || message.claim === null || message.claim.confirmed === null) return
    if (this.options.guard.primary(performance.now())?.node === heard.from) this.#confirm(message.claim.confirmed)
  }

  onLitefs(state: NodeStatus['litefs'], follows: string | null): void {
    this.#litefs = state
    this.#moved = new Map()
    if (state === 'gone') this.#opening = null
    else this.options.server.release()
    this.step({ type: 'litefs', state, follows })
    this.#tellStatus()
    if (state !== 'gone') void this.#readPositions()
  }

  onMoved(database: string, to: LtxPosition): void {
    this.#moved.set(database, to)
    this.options.server.tell({ type: 'moved', database })
    this.step({ type: 'moved', database, to })
  }

  /** When there is data, or a writer is to be opened. */
  mayStartServer(): boolean {
    return this.#litefs !== 'gone' && (this.#opening !== null || this.#moved.has('directory'))
  }

  onServerStarted(): void {
    this.#tellStatus()
    if (this.#confirmed !== null) this.options.server.tell({ type: 'confirmed', position: this.#confirmed })
    if (this.#opening !== null) this.#tellOpen(this.#opening)
  }

  onServerEnded(): void {
    const epoch = this.#told
    this.#told = null
    if (epoch !== null) this.step({ type: 'writer-lost', epoch })
  }

  onServer(message: FromServer): void {
    switch (message.type) {
      case 'opened':
      case 'committed':
      case 'writer-lost':
      case 'drained':
        return this.step(message)
      case 'failing':
        return this.#leaveDisk()
      case 'pong':
        return
    }
  }

  handOff(to: string): Promise<void> {
    return this.#handoffs.to(to)
  }

  /** Hands over to whom it can, when this node is primary. */
  leave(): Promise<void> {
    return this.#handoffs.toAnybody()
  }

  close(): void {
    this.#ended = true
    clearInterval(this.#timer)
  }

  /** Nothing can be stored here: whoever can shall be primary. */
  #leaveDisk(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.options.log.error(
      {},
      'nothing can be stored here (is the disk full?): another candidate is asked to be primary',
    )
    void this.leave().finally(() => {
      this.#leaving = false
    })
  }

  #tick(): void {
    this.step({ type: 'tick' })
    if (performance.now() - this.#statusMs >= statusEveryMs) this.#tellStatus(true)
  }

  #carryOut(effect: GuardEffect): void {
    const { wire, streams, leases, server, log, candidates } = this.options
    switch (effect.type) {
      case 'persist':
        return this.#persist(() => this.options.record.write(effect.record))
      case 'send':
        return wire.send(effect.to, effect.message)
      case 'tell-edges':
        return wire.tellEdges(candidates, effect.message)
      case 'read-position':
        return this.#readPrefix(effect.ask)
      case 'read-admission':
        return this.#readAdmission(effect.ask, effect.nonce)
      case 'answer-acquire':
      case 'answer-renew':
        return leases.answer(effect.request, effect.granted)
      case 'open-primary':
        return this.#tellOpen(effect.epoch)
      case 'step-down':
        log.info({ epoch: effect.epoch, reason: effect.reason }, 'the guard steps down')
        this.#opening = null
        this.#told = null
        return server.tell({ type: 'stop', epoch: effect.epoch, reason: effect.reason })
      case 'confirmed':
        return this.#confirm(effect.position)
      case 'commit-nonce':
        return server.tell({ type: 'admit', node: effect.node, nonce: effect.nonce })
      case 'drain':
      case 'resume':
        return server.tell({ type: effect.type })
      case 'handoff-ended':
        return this.#handoffs.ended(effect.to, effect.failed)
      case 'hand-lease':
        return this.#handLease(effect.to)
      case 'cut-stream':
        log.info({ node: effect.to }, 'the stream from a node that is not primary is cut')
        return streams.cut(effect.to)
      case 'became-member':
        return log.info({ how: effect.how }, 'this node is a member')
    }
  }

  /** G2: a guard whose record cannot be written ends. */
  #persist(write: () => void): void {
    try {
      write()
    } catch (cause) {
      this.close()
      this.options.onFatal(new Error("The guard's record cannot be written: is the disk full?", { cause }))
    }
  }

  #tellOpen(epoch: number): void {
    if (!this.options.server.isRunning) {
      this.#opening = epoch
      return
    }
    this.#opening = null
    this.#told = epoch
    this.options.server.tell({ type: 'open', epoch })
  }

  #confirm(position: Position): void {
    this.#confirmed = position
    this.options.server.tell({ type: 'confirmed', position })
  }

  #readPrefix(ask: number): void {
    void this.#whenMounted({ what: 'prefix' }).then(({ position }) => this.step({ type: 'position', ask, position }))
  }

  #readAdmission(ask: number, nonce: string): void {
    const question = { what: 'admission', node: this.options.config.node, nonce } as const
    void this.#whenMounted(question).then(({ position, held }) => this.step({ type: 'admission', ask, position, held }))
  }

  /** Without a mount its folder would look like an empty node's. */
  async #whenMounted(question: Parameters<Positions['ask']>[0]) {
    const { litefs, positions } = this.options
    const unknown = { position: null, held: false, ltx: null }
    if (this.#litefs === 'gone' || !litefs.isMounted) return unknown
    const answer = await positions.ask(question)
    return litefs.isMounted ? answer : unknown
  }

  /** LiteFS tells what moves, not what stood before it was asked. */
  async #readPositions(): Promise<void> {
    const moved = this.#moved
    const { ltx } = await this.#whenMounted({ what: 'ltx' })
    if (moved !== this.#moved || this.#litefs === 'gone') return
    if (ltx === null) {
      await Bun.sleep(tickMs)
      if (moved === this.#moved) await this.#readPositions()
      return
    }
    for (const [database, to] of Object.entries(ltx)) {
      if (!moved.has(database) && to.txid > 0) this.onMoved(database, to)
    }
  }

  #handLease(to: string): void {
    const { streams, leases, litefs, log } = this.options
    const id = streams.followerId(to)
    if (id === null) return log.error({ to }, 'the lease cannot be handed over: its LiteFS does not follow this one')
    leases.handing()
    litefs.handOff(id).catch((error: unknown) => log.error({ err: error }, 'LiteFS did not hand its lease over'))
  }

  #tellStatus(again = false): void {
    const { status } = this
    const text = JSON.stringify(status)
    if (text === this.#status && !again) return
    this.#status = text
    this.#statusMs = performance.now()
    this.options.server.tell({ type: 'status', status })
  }

  get status(): NodeStatus {
    const { guard, candidates, config, addressOf } = this.options
    const { role, record } = guard.status
    const nowMs = performance.now()
    const primary = guard.primary(nowMs)
    const address = primary === null ? null : addressOf(primary.node)
    return {
      litefs: this.#litefs,
      role,
      member: record.member,
      promised: record.promised,
      primary: primary === null || address === null ? null : { node: primary.node, address },
      near: candidates.filter((name) => name === config.node || nowMs - (this.#nearMs.get(name) ?? -1e9) < 1_000)
        .length,
      candidates: candidates.length,
    }
  }
}
