import { AppError } from '../../src/errors.ts'
import type { Person } from '../identity/index.ts'

export interface OperatorsDeps {
  readonly sessionOf: (request: Request) => Promise<Person | undefined>
  /** Whether the person proved that the address is theirs: signing up with it proves nothing. */
  readonly hasProvenAddress: (person: Person) => boolean
  /** Lower case. */
  readonly addresses: readonly string[]
}

/** Who may look at and act on the whole node: a session of a listed, proven address, never an organization's key. */
export class Operators {
  constructor(private readonly deps: OperatorsDeps) {}

  /** @throws AppError unauthenticated without a session, forbidden with one that is no operator's or with a key. */
  async check(request: Request): Promise<Person> {
    const person = await this.deps.sessionOf(request)
    if (person === undefined) {
      throw request.headers.has('authorization')
        ? new AppError('forbidden', 'A key opens nothing here: sign in as an operator.')
        : new AppError('unauthenticated', 'Sign in as an operator.')
    }
    const listed = this.deps.addresses.includes(person.email.toLowerCase())
    if (!listed || !this.deps.hasProvenAddress(person)) {
      throw new AppError(
        'forbidden',
        'This is for operators: an address that ENCAPSIFY_OPERATORS names and that was proven by a link sent to it.',
      )
    }
    return person
  }
}
