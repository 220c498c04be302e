import { pace } from './pace.ts'

/** What one address has of this node. */
export interface AddressShare {
  readonly address: string
  connections: number
  paidMs: number
}

/** Connections and messages by address (R21, R22). An address is remembered as long as it is connected. */
export class AddressShares {
  readonly #shares = new Map<string, AddressShare>()

  constructor(private readonly limits: { connectionsPerAddressMax: number; messagesPerSecondPerAddress: number }) {}

  /** Undefined when the address has all it may have. */
  enter(address: string): AddressShare | undefined {
    const share = this.#shares.get(address) ?? { address, connections: 0, paidMs: 0 }
    if (share.connections >= this.limits.connectionsPerAddressMax) return undefined
    share.connections++
    this.#shares.set(address, share)
    return share
  }

  leave(share: AddressShare): void {
    share.connections--
    if (share.connections === 0) this.#shares.delete(share.address)
  }

  /** Whether one more message is allowed. */
  take(share: AddressShare, nowMs: number): boolean {
    const perSecond = this.limits.messagesPerSecondPerAddress
    const paidMs = pace(share.paidMs, nowMs, perSecond, perSecond)
    if (paidMs === undefined) return false
    share.paidMs = paidMs
    return true
  }
}
