import type { Message } from '../../src/cluster/messages.ts'
import type { World } from './world.ts'

interface Sent {
  readonly from: string
  readonly to: string
  readonly incarnation: string
  /** Grows with each start of the sender. */
  readonly startedAs: number
  readonly counter: number
  readonly message: Message
}

/** Carries guards' messages, late, twice, out of order or not at all. */
export class Network {
  /** `a>b`: nothing gets from a to b. */
  readonly cuts = new Set<string>()
  /** `a>b`: guards' messages do not get from a to b, but LiteFS' streams do. */
  readonly mutes = new Set<string>()
  lossRatio = 0
  repeatRatio = 0
  delayMaxMs = 4
  isDisordered = false
  /** The newest start of the sender that each connection, `a>b`, was made by. */
  readonly #connected = new Map<string, number>()
  /** When the last message of each connection arrives: the next one not before, unless messages are out of order. */
  readonly #arrivals = new Map<string, number>()

  constructor(private readonly world: World) {}

  reaches(from: string, to: string): boolean {
    return !this.cuts.has(`${from}>${to}`)
  }

  send(sent: Sent): void {
    const { world } = this
    if (world.random() < this.lossRatio || this.mutes.has(`${sent.from}>${sent.to}`)) return
    this.#carry(sent)
    if (world.random() < this.repeatRatio) this.#carry(sent)
  }

  heal(): void {
    this.cuts.clear()
    this.mutes.clear()
    this.lossRatio = 0
    this.repeatRatio = 0
    this.delayMaxMs = 4
    this.isDisordered = false
  }

  #carry(sent: Sent): void {
    const { world } = this
    const receiver = world.node(sent.to)
    const heardAs = receiver.startedAs
    world.schedule.after(this.#delayMs(`${sent.from}>${sent.to}`), () => {
      if (!this.reaches(sent.from, sent.to)) return
      receiver.run(() => {
        if (receiver.startedAs === heardAs && this.#isConnected(sent)) receiver.receive(sent)
      })
    })
  }

  #delayMs(way: string): number {
    const { world } = this
    const delayMs = world.between(0.5, this.delayMaxMs)
    if (this.isDisordered) return delayMs
    const atMs = Math.max(world.nowMs + delayMs, this.#arrivals.get(way) ?? 0)
    this.#arrivals.set(way, atMs)
    return atMs - world.nowMs
  }

  /** G9: a connection of a later start replaces the older one. */
  #isConnected({ from, to, startedAs }: Sent): boolean {
    const newest = this.#connected.get(`${from}>${to}`) ?? 0
    if (startedAs < newest) return false
    this.#connected.set(`${from}>${to}`, startedAs)
    return true
  }
}
