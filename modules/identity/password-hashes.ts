import { AppError } from '../../src/errors.ts'
import { Turns } from './turns.ts'

/** OWASP's floor for argon2id: 19 MiB, two passes. */
const costs = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
/** Hashes computed at once: 38 MiB, for which a machine of 256 MB has room. */
const hashesAtOnceMax = 2
/** Hashes that wait for their turn: about a second of work. */
const hashesWaitingMax = 64

/** Hashes of passwords, a few at a time; when too many wait it says so instead of making everybody slower. */
export class PasswordHashes {
  readonly #turns = new Turns({
    atOnceMax: hashesAtOnceMax,
    waitingMax: hashesWaitingMax,
    refusal: () =>
      new AppError('unavailable', 'Too many people sign in at this moment. Try again.', { retryAfterS: 2 }),
  })

  /** @throws AppError unavailable when too many wait. */
  hash(password: string): Promise<string> {
    return this.#turns.take(() => Bun.password.hash(password, costs))
  }

  /** @throws AppError unavailable when too many wait. */
  verify(password: string, hash: string): Promise<boolean> {
    return this.#turns.take(() => Bun.password.verify(password, hash))
  }
}
