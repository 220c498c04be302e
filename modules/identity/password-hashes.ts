import { AppError } from '../../src/errors.ts'

/** OWASP's floor for argon2id: 19 MiB, two passes. A machine of 256 MB has room for two at once. */
const costs = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
/** Hashes computed at once: what bounds their memory to 38 MiB. */
export const hashesAtOnceMax = 2
/** Hashes that wait for their turn: about two seconds of work. */
export const hashesWaitingMax = 64

/** Hashes of passwords, a few at a time. When too many wait it says so instead of making everybody slower. */
export class PasswordHashes {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** @throws AppError unavailable when too many wait. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => Bun.password.hash(password, costs))
  }

  /** @throws AppError unavailable when too many wait. */
  verify(password: string, hash: string): Promise<boolean> {
    return this.#inTurn(() => Bun.password.verify(password, hash))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < hashesAtOnceMax) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  /** Whoever is called has taken over the place of one that ended. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= hashesWaitingMax) {
      throw new AppError('unavailable', 'Too many people sign in at this moment. Try again.', { retryAfterS: 2 })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
