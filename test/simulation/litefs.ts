import { limits } from '../../src/cluster/limits.ts'
import { databaseNames } from './log.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

type State =
  | { readonly name: 'down' }
  | { readonly name: 'replica'; readonly follows: string | null }
  | { readonly name: 'primary'; readonly session: string; readonly leaseUntilMs: number }

const loopMs = 12
const renewEveryMs = 500

/**
 * What LiteFS 0.5 does, as far as it matters: asks who is primary and follows it, asks for the lease when nobody is, ships each
 * database by itself, overwrites what diverges, and notices nothing when its primary falls silent.
 */
export class SimulatedLitefs {
  #state: State = { name: 'down' }
  /** Voids what was scheduled before the last start or change of role. */
  #life = 0
  #asking: { readonly request: number; readonly session: string; readonly sinceMs: number } | null = null
  #requests = 0
  #renewedMs = 0

  constructor(
    private readonly world: World,
    private readonly node: SimulatedNode,
  ) {}

  get state(): State {
    return this.#state
  }

  get isPrimary(): boolean {
    return this.#state.name === 'primary'
  }

  start(): void {
    this.#become({ name: 'replica', follows: null })
    this.#loop(this.#life)
  }

  stop(): void {
    this.#life++
    this.#asking = null
    this.#state = { name: 'down' }
  }

  onAcquired(request: number, granted: boolean): void {
    const asking = this.#asking
    if (asking?.request !== request) return
    if (granted) this.#soon(1, 15, () => this.#lead(asking.session))
    else this.#asking = null
  }

  onRenewed(granted: boolean): void {
    if (this.#state.name !== 'primary') return
    if (granted) this.#state = { ...this.#state, leaseUntilMs: this.world.nowMs + limits.leaseTtlMs }
    else this.#demote()
  }

  cut(to: string): void {
    if (this.#state.name === 'replica' && this.#state.follows === to) this.#follow(null)
  }

  /** Gives the lease to a replica that follows this one. */
  handTo(to: string): void {
    const state = this.#state
    if (state.name !== 'primary') return
    const target = this.world.node(to)
    const follows = target.litefs.state
    if (follows.name !== 'replica' || follows.follows !== this.node.name) return
    this.#demote()
    this.world.schedule.after(2, () => target.run(() => target.litefs.#ask(state.session)))
  }

  #loop(life: number): void {
    this.world.schedule.after(this.world.between(loopMs / 2, loopMs * 1.5), () =>
      this.node.run(() => {
        if (this.#state.name === 'down' || life !== this.#born) return
        this.#turn()
        this.#loop(life)
      }),
    )
  }

  /** The life that began with the last start; `#life` also counts changes of role. */
  get #born(): number {
    return this.#startedLife
  }
  #startedLife = 0

  #turn(): void {
    const state = this.#state
    if (state.name === 'primary') return this.#renew(state)
    if (state.name !== 'replica') return
    if (state.follows !== null) return this.#pull(state.follows)
    if (this.#asking !== null && this.world.nowMs - this.#asking.sinceMs < limits.voteMaxMs * 3) return
    const primary = this.node.guard?.primary(this.node.clockMs)
    if (primary == null) return this.#ask(`${this.node.name}-${this.world.nextEntry()}`)
    this.#soon(1, 8, () => this.#connect(primary.node))
  }

  #connect(name: string): void {
    if (this.#state.name !== 'replica' || this.#state.follows !== null) return
    const { network } = this.world
    const target = this.world.node(name)
    if (!network.reaches(this.node.name, name) || !network.reaches(name, this.node.name)) return
    if (target.litefs.isPrimary) this.#follow(name)
  }

  #follow(name: string | null): void {
    this.#life++
    this.#asking = null
    this.#state = { name: 'replica', follows: name }
    if (name !== null) this.node.soon({ type: 'litefs', state: 'replica', follows: name })
  }

  #pull(name: string): void {
    const { world, node } = this
    const source = world.node(name)
    if (!world.network.reaches(name, node.name)) return
    if (!source.litefs.isPrimary) return this.#follow(null)
    if (source.isPaused || node.isFull) return
    const database = world.pick(databaseNames)
    if (database === undefined || node.isStalled(database)) return
    if (!node.logs.pull(database, source.logs.of(database), 1 + Math.floor(world.random() * 4))) return
    node.soon({ type: 'moved', database, to: node.logs.positionOf(database) })
  }

  #ask(session: string): void {
    if (this.#state.name !== 'replica') return
    const request = ++this.#requests
    this.#asking = { request, session, sinceMs: this.world.nowMs }
    this.node.soon({ type: 'acquire', request, session })
  }

  #lead(session: string): void {
    if (this.#state.name !== 'replica') return
    this.#renewedMs = this.world.nowMs
    this.#become({ name: 'primary', session, leaseUntilMs: this.world.nowMs + limits.leaseTtlMs })
  }

  #renew(state: State & { name: 'primary' }): void {
    if (this.world.nowMs >= state.leaseUntilMs) return this.#demote()
    if (this.world.nowMs - this.#renewedMs < renewEveryMs) return
    this.#renewedMs = this.world.nowMs
    this.node.soon({ type: 'renew', request: ++this.#requests, session: state.session })
  }

  #demote(): void {
    this.#become({ name: 'replica', follows: null })
  }

  #become(state: State & { name: 'replica' | 'primary' }): void {
    if (this.#state.name === 'down') this.#startedLife = this.#life + 1
    this.#life++
    this.#asking = null
    this.#state = state
    this.node.soon({ type: 'litefs', state: state.name, follows: null })
    if (state.name === 'primary') return
    for (const database of databaseNames) {
      this.node.soon({ type: 'moved', database, to: this.node.logs.positionOf(database) })
    }
  }

  #soon(fromMs: number, toMs: number, run: () => void): void {
    const life = this.#life
    this.world.schedule.after(this.world.between(fromMs, toMs), () =>
      this.node.run(() => {
        if (life === this.#life) run()
      }),
    )
  }
}
