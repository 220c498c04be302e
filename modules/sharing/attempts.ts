import { AppError } from '../../src/errors.ts'
import { type AddressOf, addressBlock } from '../../src/http/client-address.ts'
import { type Limit, RateLimit, RateLimited } from '../../src/http/rate-limit.ts'

/** Per address many people may share one (an office); per link a whole audience may come, but nobody may guess for long. */
export const attemptLimits = {
  passwordPerAddress: { name: 'link-password-address', attemptsMax: 20, windowS: 600 },
  passwordPerLink: { name: 'link-password', attemptsMax: 300, windowS: 600 },
  codePerAddress: { name: 'link-code-address', attemptsMax: 30, windowS: 600 },
  codePerLink: { name: 'link-code', attemptsMax: 300, windowS: 600 },
  letterPerAddress: { name: 'link-letter-address', attemptsMax: 20, windowS: 3_600 },
  letterPerLink: { name: 'link-letter', attemptsMax: 500, windowS: 3_600 },
  letterPerEmail: { name: 'link-letter-email', attemptsMax: 5, windowS: 1_800 },
} as const satisfies Record<string, Limit>

type Name = keyof typeof attemptLimits

/** How often passwords and codes may be tried, and codes be sent. */
export class LinkAttempts {
  readonly #limits: Readonly<Record<Name, RateLimit>>

  constructor(
    private readonly addressOf: AddressOf,
    nowMs: () => number,
  ) {
    const limit = (name: Name) => new RateLimit(attemptLimits[name], nowMs)
    this.#limits = {
      passwordPerAddress: limit('passwordPerAddress'),
      passwordPerLink: limit('passwordPerLink'),
      codePerAddress: limit('codePerAddress'),
      codePerLink: limit('codePerLink'),
      letterPerAddress: limit('letterPerAddress'),
      letterPerLink: limit('letterPerLink'),
      letterPerEmail: limit('letterPerEmail'),
    }
  }

  /** @throws AppError rate-limited. */
  password(request: Request, linkId: string): void {
    this.#take(request, linkId, 'passwordPerAddress', 'passwordPerLink')
  }

  /** @throws AppError rate-limited. */
  code(request: Request, linkId: string): void {
    this.#take(request, linkId, 'codePerAddress', 'codePerLink')
  }

  /** @throws AppError rate-limited. */
  letter(request: Request, linkId: string, email: string): void {
    this.#take(request, linkId, 'letterPerAddress', 'letterPerLink')
    this.#said(() => this.#limits.letterPerEmail.take(`${linkId} ${email}`))
  }

  #take(request: Request, linkId: string, perAddress: Name, perLink: Name): void {
    this.#said(() => this.#limits[perAddress].take(addressBlock(this.addressOf(request))))
    this.#said(() => this.#limits[perLink].take(linkId))
  }

  /** Without headers: a page says in words when to try again. */
  #said(take: () => unknown): void {
    try {
      take()
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error
      throw new AppError('rate-limited', error.message, { retryAfterS: error.retryAfterS ?? 60 })
    }
  }
}
