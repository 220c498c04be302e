import { Guard } from '../../src/cluster/guard.ts'
import type { Message } from '../../src/cluster/messages.ts'
import type { GuardEffect, GuardEvent, GuardRecord } from '../../src/cluster/steps.ts'
import type { Position } from '../../src/db/position.ts'
import { SimulatedLitefs } from './litefs.ts'
import { type DatabaseName, databaseNames, Logs } from './log.ts'
import { SimulatedServer } from './server.ts'
import type { World } from './world.ts'

const tickMs = 25
/** How many ticks ago a prefix was read that is read too early. */
const earlierMax = 10

/** One candidate: its disk, LiteFS, guard and server. */
export class SimulatedNode {
  readonly disk: { record: GuardRecord | null } = { record: null }
  readonly litefs: SimulatedLitefs
  readonly server: SimulatedServer
  logs = new Logs()
  guard: Guard | null = null
  isFull = false
  /** Wiped, and not yet a member again. */
  hasForgotten = false
  /** The node dies before the effect that brings this to zero. */
  dieInEffects: number | null = null
  #pausedUntilMs = 0
  #clock = { setMs: 0, valueMs: 0, rate: 1 }
  readonly #stalledUntilMs = new Map<DatabaseName, number>()
  #lastSoonMs = 0
  #life = 0
  /** Names the guard's start; grows. */
  startedAs = 0
  #counter = 0
  readonly #earlierPrefixes: Position[] = []

  constructor(
    private readonly world: World,
    readonly name: string,
  ) {
    this.litefs = new SimulatedLitefs(world, this)
    this.server = new SimulatedServer(world, this)
  }

  get #incarnation(): string {
    return `${this.name}-incarnation-${this.startedAs}`
  }

  get clockMs(): number {
    const { setMs, valueMs, rate } = this.#clock
    return valueMs + (this.world.nowMs - setMs) * rate
  }

  get isPaused(): boolean {
    return this.#pausedUntilMs > this.world.nowMs
  }

  get isUp(): boolean {
    return this.guard !== null && this.litefs.state.name !== 'down'
  }

  get epoch(): number {
    return this.server.state.name === 'writing' ? this.server.state.epoch : 0
  }

  get isOpen(): boolean {
    const { state } = this.server
    return state.name === 'writing' && state.confirmed !== null && this.guard?.status.epoch === state.epoch
  }

  start(): void {
    if (this.guard === null) this.startGuard()
    if (this.litefs.state.name === 'down') this.litefs.start()
  }

  startGuard(): void {
    this.#life++
    this.#counter = 0
    this.startedAs = this.world.nextEntry()
    this.guard = new Guard({
      name: this.name,
      role: 'candidate',
      candidates: ['a', 'b', 'c'],
      record: this.disk.record,
      empty: databaseNames.every((name) => this.logs.of(name).length === 0),
      incarnation: this.#incarnation,
      random: this.world.random,
      nowMs: this.clockMs,
      rules: this.world.rules,
    })
    this.#tick(this.#life)
    const { state } = this.litefs
    if (state.name === 'down') return
    const follows = state.name === 'replica' ? state.follows : null
    this.soon({ type: 'litefs', state: state.name, follows })
    for (const database of databaseNames) this.soon({ type: 'moved', database, to: this.logs.positionOf(database) })
  }

  /** kill -9 of everything. */
  kill(): void {
    this.killGuard()
    this.litefs.stop()
  }

  /** The server hears at once that its guard is gone, and answers nobody any more. */
  killGuard(): void {
    this.#life++
    this.startedAs = this.world.nextEntry()
    this.guard = null
    this.dieInEffects = null
    this.server.close()
  }

  killLitefs(): void {
    this.litefs.stop()
    this.server.close()
    this.soon({ type: 'litefs', state: 'gone', follows: null })
  }

  killServer(): void {
    const { epoch } = this
    this.server.close()
    if (epoch > 0) this.soon({ type: 'writer-lost', epoch })
  }

  /** A new disk, unless another node has not learned everything again yet: then it only dies. */
  wipe(): void {
    this.kill()
    if (!this.world.mayWipe) return
    this.disk.record = null
    this.hasForgotten = true
    this.logs = new Logs()
    this.#earlierPrefixes.length = 0
  }

  /** Moves the clock, and lets it run at another speed from now on. */
  setClock(jumpMs: number, rate: number): void {
    this.#clock = { setMs: this.world.nowMs, valueMs: this.clockMs + jumpMs, rate }
  }

  /** Lets nothing of this database arrive for a while. */
  stall(database: DatabaseName, forMs: number): void {
    this.#stalledUntilMs.set(database, this.world.nowMs + forMs)
  }

  isStalled(database: DatabaseName): boolean {
    return (this.#stalledUntilMs.get(database) ?? 0) > this.world.nowMs
  }

  pause(forMs: number): void {
    this.#pausedUntilMs = this.world.nowMs + forMs
  }

  /** Does it when the node is not paused: at once, or at the end of the pause. */
  run(work: () => void): void {
    if (this.isPaused) this.world.schedule.after(this.#pausedUntilMs - this.world.nowMs, () => this.run(work))
    else work()
  }

  /** Tells the guard a moment later, in order. */
  soon(event: GuardEvent): void {
    this.#lastSoonMs = Math.max(this.#lastSoonMs, this.world.nowMs + this.world.between(0.05, 1.5))
    const life = this.#life
    this.world.schedule.after(this.#lastSoonMs - this.world.nowMs, () =>
      this.run(() => {
        if (life === this.#life) this.step(event)
      }),
    )
  }

  later(fromMs: number, toMs: number, work: () => void): void {
    const life = this.#life
    this.world.schedule.after(this.world.between(fromMs, toMs), () =>
      this.run(() => {
        if (life === this.#life) work()
      }),
    )
  }

  receive(sent: { from: string; incarnation: string; counter: number; message: Message }): void {
    const { from, incarnation, counter, message } = sent
    this.step({ type: 'message', from, incarnation, counter, message })
  }

  step(event: GuardEvent): void {
    const { guard } = this
    if (guard === null) return
    for (const effect of guard.step(event, this.clockMs)) {
      if (this.dieInEffects !== null && this.dieInEffects-- <= 0) this.kill()
      if (guard !== this.guard) return
      this.#carryOut(effect)
    }
  }

  #tick(life: number): void {
    if (life !== this.#life) return
    this.step({ type: 'tick' })
    if (this.world.mutations.readsEarly) this.#remember()
    // After a pause nobody knows what comes first, the timer or what arrived.
    const waits = () =>
      this.isPaused
        ? this.world.schedule.after(this.#pausedUntilMs - this.world.nowMs + this.world.between(0, 60), again)
        : again()
    const again = () => this.run(() => this.#tick(life))
    this.world.schedule.after(tickMs, waits)
  }

  #carryOut(effect: GuardEffect): void {
    switch (effect.type) {
      case 'persist':
        return this.#persist(effect.record)
      case 'send':
        this.#counter++
        return this.world.network.send({
          from: this.name,
          to: effect.to,
          incarnation: this.#incarnation,
          startedAs: this.startedAs,
          counter: this.#counter,
          message: effect.message,
        })
      case 'read-position': {
        const { ask } = effect
        return this.later(0.2, 6, () => this.step({ type: 'position', ask, position: this.#prefix() }))
      }
      case 'read-admission': {
        const { ask, nonce } = effect
        return this.later(0.2, 6, () =>
          this.step({ type: 'admission', ask, position: this.#prefix(), held: this.logs.hasNonce(nonce) }),
        )
      }
      case 'answer-acquire':
        return this.litefs.onAcquired(effect.request, effect.granted)
      case 'answer-renew':
        return this.litefs.onRenewed(effect.granted)
      case 'open-primary':
        return this.server.open(effect.epoch)
      case 'step-down':
        return this.server.stop(effect.epoch)
      case 'confirmed':
        return this.server.confirm(effect.position)
      case 'commit-nonce':
        return this.server.commitNonce(effect.node, effect.nonce)
      case 'drain':
        return this.server.drain(true)
      case 'resume':
        return this.server.drain(false)
      case 'handoff-ended':
        this.world.handoffs[effect.failed === null ? 'done' : 'failed']++
        return
      case 'hand-lease':
        return this.litefs.handTo(effect.to)
      case 'cut-stream':
        return this.litefs.cut(effect.to)
      case 'tell-edges':
      case 'became-member':
        return
    }
  }

  #persist(record: GuardRecord): void {
    if (this.isFull) return this.killGuard()
    if (record.member) this.hasForgotten = false
    this.disk.record = this.world.mutations.forgetsRecord
      ? { promised: this.disk.record?.promised ?? 0, member: record.member }
      : record
  }

  #remember(): void {
    this.#earlierPrefixes.push(this.logs.prefix(this.world.rules))
    if (this.#earlierPrefixes.length > earlierMax) this.#earlierPrefixes.shift()
  }

  #prefix(): Position | null {
    if (this.litefs.state.name === 'down') return null
    return this.#earlierPrefixes[0] ?? this.logs.prefix(this.world.rules)
  }
}
