import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Clock } from '../clock.ts'
import { type Drawn, trancheMsMax } from '../operations/budgets.ts'
import { Refusal } from '../refusal.ts'
import type { Ledger } from './ledger.ts'

/** Held no longer than the primary leaves it to us, less what clocks may differ and writes may take. */
const heldMsMax = trancheMsMax - 120_000
/** Below this share of the last tranche the next is drawn in the background. */
const refillBelow = 0.5
const drawsMax = 8

/** Money set aside for one attempt. */
export interface Reservation {
  readonly nano: number
  readonly day: string
  /** Of which tranche; what comes back from an old one is not spent again. */
  readonly generation: number
}

export type DrawTranche = (leastNano: number) => Promise<Drawn>

/**
 * A budget as this node holds it: a tranche, from which attempts reserve and into which they give back what they did not
 * need. Nothing waits for a commit but the first call and one that finds the tranche empty.
 */
export class Account {
  #inHand = 0
  #lastDrawn = 0
  #day = ''
  #dayEndsMs = 0
  #heldUntilMs = 0
  #generation = 0
  #drawing: Promise<void> | undefined

  constructor(
    private readonly organizationId: OrganizationId,
    private readonly scope: string,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly draw: DrawTranche,
  ) {}

  get inHand(): number {
    return this.#inHand
  }

  /** @throws Refusal 429 `insufficient_quota` when the budget has not so much left. */
  reserve(nano: number): Reservation | Promise<Reservation> {
    this.#letGoOfOld()
    if (this.#inHand < nano) return this.#reserveLater(nano)
    const reservation = this.#take(nano)
    if (this.#inHand < this.#lastDrawn * refillBelow) this.#refill(0).catch(() => {})
    return reservation
  }

  /** The attempt has cost so much. */
  settle(reservation: Reservation, spentNano: number): void {
    const restNano = Math.max(0, reservation.nano - spentNano)
    const isCurrent = reservation.generation === this.#generation
    if (isCurrent) this.#inHand += restNano
    this.ledger.spend(this.organizationId, {
      scope: this.scope,
      day: reservation.day,
      spentNano,
      returnedNano: isCurrent ? 0 : restNano,
    })
  }

  /** Gives back what is in hand, so that nobody waits for it to run out. */
  release(): void {
    if (this.#inHand > 0) {
      const { scope } = this
      this.ledger.spend(this.organizationId, { scope, day: this.#day, spentNano: 0, returnedNano: this.#inHand })
    }
    this.#inHand = 0
    this.#generation++
  }

  async #reserveLater(nano: number): Promise<Reservation> {
    for (let draws = 0; draws < drawsMax; draws++) {
      const before = this.#inHand
      await this.#refill(nano - this.#inHand)
      this.#letGoOfOld()
      if (this.#inHand >= nano) return this.#take(nano)
      if (this.#inHand <= before && this.#drawing === undefined) break
    }
    throw new Refusal(
      429,
      'insufficient_quota',
      `The budget of ${this.scope === 'organization' ? 'the organization' : this.scope} does not hold what this request may cost.`,
      { code: 'insufficient_quota', retry: false },
    )
  }

  /** One draw at a time; who comes while it runs waits for it and looks again. */
  #refill(leastNano: number): Promise<void> {
    this.#drawing ??= this.draw(Math.max(0, Math.ceil(leastNano)))
      .then((drawn) => this.#put(drawn))
      .finally(() => {
        this.#drawing = undefined
      })
    return this.#drawing
  }

  #put({ grantedNano, day, dayEndsMs }: Drawn): void {
    if (day !== this.#day) {
      this.release()
      this.#day = day
      this.#dayEndsMs = dayEndsMs
    }
    if (grantedNano === 0) return
    this.#inHand += grantedNano
    this.#lastDrawn = grantedNano
    this.#heldUntilMs = this.clock.nowMs() + heldMsMax
  }

  #take(nano: number): Reservation {
    this.#inHand -= nano
    return { nano, day: this.#day, generation: this.#generation }
  }

  #letGoOfOld(): void {
    const nowMs = this.clock.nowMs()
    if (this.#inHand > 0 && (nowMs >= this.#dayEndsMs || nowMs >= this.#heldUntilMs)) this.release()
  }
}
