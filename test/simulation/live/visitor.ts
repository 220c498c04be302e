import { capsuleChanged } from '../../../modules/capsule/index.ts'
import { placeOf } from '../../../modules/realtime/cursor.ts'
import {
  Connection,
  type Message,
  type Shown,
  type Wire,
  type WireEvents,
} from '../../../modules/visitor/web/live/connection.ts'
import type { Row } from './log.ts'
import { Line } from './network.ts'
import { Violation, type World } from './world.ts'

/** A visitor: the real client's side, and the judge of what it is told. */
export class SimulatedVisitor {
  readonly connection: Connection
  line: Line | undefined
  /** Where it is in the log, by what it was told. */
  #place: { incarnation: number; sequence: number } | undefined
  shown: number | undefined
  votes: number | undefined
  ended: number | undefined
  told = 0
  begun = 0
  #events: WireEvents | undefined
  readonly #unsaid = new Map<string, string>()

  constructor(
    private readonly world: World,
    readonly capsuleId: string,
  ) {
    const surroundings = {
      connect: (query: string, events: WireEvents) => this.#connect(query, events),
      after: world.schedule.after,
      random: world.random,
    }
    this.connection = new Connection(surroundings, {
      begun: (hello) => this.#begin(hello),
      event: (message) => this.#take(message),
      state: (state) => this.#show(state),
      reply: (message) => this.#unsaid.delete(String(message.id)),
      ended: (code) => {
        this.ended = code
      },
    })
    this.connection.start()
  }

  /** Votes, and votes again under the same id until it is acknowledged. */
  vote(id: string): void {
    this.#unsaid.set(id, JSON.stringify({ id }))
    this.say()
  }

  say(): void {
    for (const [id] of this.#unsaid) this.connection.say({ id })
  }

  get waiting(): number {
    return this.#unsaid.size
  }

  #connect(query: string, given: WireEvents): Wire {
    const { world } = this
    const events = this.#late(given)
    const up = world.nodes.filter((node) => node.isUp)
    const node = up[Math.floor(world.random() * up.length)]
    if (node === undefined || world.random() < world.refusals) {
      world.schedule.after(10, () => events.closed(1006))
      return { send: () => {}, close: () => {} }
    }
    const asked = new URLSearchParams(query)
    const line = new Line(
      world,
      node,
      this.capsuleId,
      node.live.admit('10.0.0.1', this.capsuleId),
      events,
      1 + 80 * world.random(),
    )
    this.line = line
    node.lines.add(line)
    world.schedule.after(80 * world.random(), () => {
      if (!node.lines.has(line)) return
      const cursor = world.mutations.cursor?.(asked.get('cursor')) ?? asked.get('cursor')
      if (!line.isGone) line.live.join(line, { protocol: asked.get('protocol'), cursor })
    })
    return { send: (text) => line.say(text), close: () => line.leave() }
  }

  /** A mutant hears by whatever wire is current what was sent by any. */
  #late(given: WireEvents): WireEvents {
    if (!this.world.mutations.hearsLate) return given
    this.#events = given
    return { ...given, message: (text) => this.#events?.message(text) }
  }

  #begin(hello: Message): void {
    const place = placeOf(hello.cursor ?? '')
    if (place === undefined) throw new Violation('order', 'a beginning without a place')
    this.#place = place
    this.shown = hello.version
    this.begun++
  }

  /** Each event must be the very next one of the log after where it is. */
  #take(message: Message): void {
    const place = placeOf(message.cursor ?? '')
    const next = this.#next()
    if (place === undefined || next === undefined)
      throw new Violation('repetition', `${message.cursor} was told already`)
    if (place.incarnation !== next.incarnation || place.sequence !== next.sequence) {
      const kind = place.sequence < next.sequence ? 'repetition' : 'gap'
      throw new Violation(kind, `told ${message.cursor}, next is ${next.incarnation}.${next.sequence}`)
    }
    this.#place = place
    this.shown = message.version
    this.told++
  }

  #next(): Row | undefined {
    const at = this.#place
    return this.world.log.rows
      .slice(0, this.world.log.confirmed)
      .find(
        (row) =>
          row.subject === this.capsuleId &&
          row.kind === capsuleChanged.kind &&
          row.visible !== undefined &&
          at !== undefined &&
          row.incarnation === at.incarnation &&
          row.sequence > at.sequence,
      )
  }

  /** Nothing is left to be told. */
  get isThrough(): boolean {
    return this.#next() === undefined && this.#place?.incarnation === this.world.log.rows.at(-1)?.incarnation
  }

  #show(state: Shown): void {
    const { total } = state.totals?.vote ?? {}
    if (total !== undefined) this.votes = total
    if (this.#unsaid.size > 0) this.say()
  }
}
