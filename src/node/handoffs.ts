import type { GuardEvent } from '../cluster/steps.ts'

const leaseTurnMs = 20
const leaseTurnsMax = 100

export interface HandoffsOptions {
  /** The other candidates. */
  readonly candidates: readonly string[]
  readonly step: (event: GuardEvent) => void
  /** Whether this node is primary and open. */
  readonly isPrimary: () => boolean
  /** Whether LiteFS still has the lease. */
  readonly hasLease: () => boolean
}

/** Handoffs that people or the node's own end ask for, and how they end (G29–G31). */
export class Handoffs {
  readonly #waiting = new Map<string, { resolve(): void; reject(error: Error): void }>()

  constructor(private readonly options: HandoffsOptions) {}

  /** @throws Error that says why it did not happen. */
  to(node: string): Promise<void> {
    if (this.#waiting.has(node)) return Promise.reject(new Error(`A handoff to ${node} is under way.`))
    return new Promise((resolve, reject) => {
      this.#waiting.set(node, { resolve, reject })
      this.options.step({ type: 'handoff', to: node })
    })
  }

  /** To the first that takes over; to nobody when this node is not primary, or alone. */
  async toAnybody(): Promise<void> {
    for (const node of this.options.candidates) {
      if (!this.options.isPrimary()) return
      const done = await this.to(node).then(
        () => true,
        () => false,
      )
      if (!done) continue
      // The promise is given; the lease follows it.
      for (let turn = 0; turn < leaseTurnsMax && this.options.hasLease(); turn++) await Bun.sleep(leaseTurnMs)
      return
    }
  }

  ended(node: string, failed: string | null): void {
    const waiting = this.#waiting.get(node)
    this.#waiting.delete(node)
    if (failed === null) waiting?.resolve()
    else waiting?.reject(new Error(failed))
  }
}
