import { type AddressOf, addressBlock } from '../../src/http/client-address.ts'
import { type Allowance, type Limit, RateLimit, rateLimitHeaders } from '../../src/http/rate-limit.ts'

/** Per address many people may share one (an office, a school); per account one person types. */
export const identityLimits = {
  signInPerAddress: { name: 'sign-in-address', attemptsMax: 60, windowS: 600 },
  signInPerAccount: { name: 'sign-in-account', attemptsMax: 10, windowS: 600 },
  signUpPerAddress: { name: 'sign-up-address', attemptsMax: 30, windowS: 3_600 },
  signUpPerAccount: { name: 'sign-up-account', attemptsMax: 10, windowS: 3_600 },
  resetPerAddress: { name: 'reset-address', attemptsMax: 20, windowS: 3_600 },
  resetPerAccount: { name: 'reset-account', attemptsMax: 5, windowS: 3_600 },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof identityLimits

/** How often passwords and tokens may be tried. Counted whether or not the account exists. */
export class Attempts {
  readonly #limits: Readonly<Record<LimitName, RateLimit>>

  constructor(
    private readonly addressOf: AddressOf,
    nowMs: () => number,
  ) {
    const limit = (name: LimitName) => new RateLimit(identityLimits[name], nowMs)
    this.#limits = {
      signInPerAddress: limit('signInPerAddress'),
      signInPerAccount: limit('signInPerAccount'),
      signUpPerAddress: limit('signUpPerAddress'),
      signUpPerAccount: limit('signUpPerAccount'),
      resetPerAddress: limit('resetPerAddress'),
      resetPerAccount: limit('resetPerAccount'),
    }
  }

  /** A try at a password. Returns headers that say what is left. @throws RateLimited. */
  signIn(request: Request, email: string): Record<string, string> {
    return this.#take(request, 'signInPerAddress', 'signInPerAccount', email)
  }

  signUp(request: Request, email: string): Record<string, string> {
    return this.#take(request, 'signUpPerAddress', 'signUpPerAccount', email)
  }

  requestReset(request: Request, email: string): Record<string, string> {
    return this.#take(request, 'resetPerAddress', 'resetPerAccount', email)
  }

  /** A try at a token: whose it is shows only if it is right. */
  reset(request: Request): Record<string, string> {
    return rateLimitHeaders([this.#byAddress(request, 'resetPerAddress')])
  }

  /** The right password was among them. */
  forgive(email: string): void {
    this.#limits.signInPerAccount.forgive(email.toLowerCase())
  }

  #take(request: Request, perAddress: LimitName, perAccount: LimitName, email: string): Record<string, string> {
    const address = this.#byAddress(request, perAddress)
    return rateLimitHeaders([address, this.#limits[perAccount].take(email.toLowerCase())])
  }

  #byAddress(request: Request, limit: LimitName): Allowance {
    return this.#limits[limit].take(addressBlock(this.addressOf(request)))
  }
}
