import type { Message } from '../../src/cluster/messages.ts'
import type { World } from './world.ts'

interface Sent {
  readonly from: string
  readonly to: string
  readonly incarnation: string
  readonly counter: number
  readonly message: Message
}

/** Carries guards' messages, late, twice, out of order or not at all. */
export class Network {
  /** `a>b`: nothing gets from a to b. */
  readonly cuts = new Set<string>()
  lossRatio = 0
  repeatRatio = 0
  delayMaxMs = 4

  constructor(private readonly world: World) {}

  reaches(from: string, to: string): boolean {
    return !this.cuts.has(`${from}>${to}`)
  }

  send(sent: Sent): void {
    const { world } = this
    if (world.random() < this.lossRatio) return
    this.#carry(sent)
    if (world.random() < this.repeatRatio) this.#carry(sent)
  }

  heal(): void {
    this.cuts.clear()
    this.lossRatio = 0
    this.repeatRatio = 0
    this.delayMaxMs = 4
  }

  #carry(sent: Sent): void {
    const { world } = this
    world.schedule.after(world.between(0.5, this.delayMaxMs), () => {
      if (this.reaches(sent.from, sent.to)) world.node(sent.to).receive(sent)
    })
  }
}
