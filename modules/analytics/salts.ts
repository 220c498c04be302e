import type { Databases } from '../../src/db/database.ts'
import { type DaySalt, turnSalt } from './operations/salt.ts'
import { visitSalt } from './schema.ts'

const dayMs = 86_400_000
/** Around midnight this node's clock and the primary's may name different days: it is asked no more often than that. */
const askEveryMs = 1_000

/**
 * The salt of the day, the same on every node: made by whoever needs it first, overwritten the day after. Then nothing leads from
 * what is kept of a visitor to an address any more, not even for us.
 */
export class Salts {
  #known: DaySalt | undefined
  #asking: Promise<string> | undefined
  #askedMs = 0

  constructor(
    private readonly db: Databases,
    private readonly nowMs: () => number,
  ) {}

  /** Without waiting when it is known. @throws AppError unavailable, when it must be made and cannot. */
  today(): string | Promise<string> {
    const nowMs = this.nowMs()
    const known = this.#known
    if (known !== undefined && (this.#isToday(known) || nowMs - this.#askedMs < askEveryMs)) return known.salt
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** Forgets yesterday's, and where writing is done overwrites it, also when nobody comes any more. */
  async turn(isPrimary: boolean): Promise<void> {
    if (this.#known !== undefined && !this.#isToday(this.#known)) this.#known = undefined
    if (!isPrimary) return
    const stored = this.#stored()
    if (stored !== undefined && !this.#isToday(stored)) await this.#ask()
  }

  async #ask(): Promise<string> {
    this.#askedMs = this.nowMs()
    const stored = this.#stored()
    const isToday = stored !== undefined && this.#isToday(stored)
    const known = isToday ? stored : await this.db.write(turnSalt, null, { salt: freshSalt() })
    this.#known = known
    return known.salt
  }

  #stored(): DaySalt | undefined {
    return this.db.readDirectory((tx) => tx.select({ day: visitSalt.day, salt: visitSalt.salt }).from(visitSalt).get())
  }

  #isToday({ day }: DaySalt): boolean {
    return day === Math.floor(this.nowMs() / dayMs)
  }
}

function freshSalt(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}
