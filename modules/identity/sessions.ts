import { eq, sql } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { statement } from '../../src/db/operation.ts'
import { cookieOf } from '../../src/http/cookie.ts'
import type { Secrets } from '../../src/secret.ts'
import { sessionChanged, userChanged } from './events.ts'
import { session, user } from './schema.ts'
import { type SessionCookie, tokenOf } from './session-cookie.ts'

const cachedMax = 20_000

/** Somebody who has signed up. */
export interface Person {
  readonly userId: string
  readonly email: string
  readonly name: string
}

interface Known {
  readonly id: string
  readonly userId: string
  readonly expiresMs: number
}

const sessionByToken = statement((tx) =>
  tx
    .select({ id: session.id, userId: session.userId, expiresMs: session.expiresMs })
    .from(session)
    .where(eq(session.token, sql.placeholder('token')))
    .prepare(),
)
const personById = statement((tx) =>
  tx
    .select({ userId: user.id, email: user.email, name: user.name })
    .from(user)
    .where(eq(user.id, sql.placeholder('id')))
    .prepare(),
)

/**
 * Who is signed in, by the cookie of a request. Looking never writes: a session is extended when its owner asks for it by
 * POST. What was found stays in memory, so that a request costs neither a signature nor a query, until it expires or the
 * change log takes it out, on every node and before anybody reads newer data.
 */
export class Sessions {
  /** Cookies whose signature was checked: true for ever, whatever becomes of the session. */
  readonly #tokens: ValueCache<string>
  /** By token, under the session's id. */
  readonly #known: ValueCache<Known>
  readonly #people: ValueCache<Person>

  constructor(
    private readonly db: Databases,
    private readonly cookie: SessionCookie,
    private readonly secrets: Secrets,
    private readonly nowMs: () => number,
  ) {
    const bounds = { entriesMax: cachedMax }
    this.#tokens = new ValueCache<string>(db.changes, bounds)
    this.#known = new ValueCache<Known>(db.changes, bounds).on(sessionChanged, ({ subject }) => [subject])
    this.#people = new ValueCache<Person>(db.changes, bounds).on(userChanged, ({ subject }) => [subject])
  }

  of(request: Request): Person | undefined {
    const value = cookieOf(request, this.cookie.name)
    const token = value === undefined ? undefined : (this.#tokens.get(value) ?? this.#check(value))
    const known = token === undefined ? undefined : (this.#known.get(token) ?? this.#find(token))
    return known === undefined || known.expiresMs <= this.nowMs() ? undefined : this.#person(known.userId)
  }

  #check(value: string): string | undefined {
    const token = tokenOf(value, this.secrets)
    return token === undefined ? undefined : this.#tokens.keep(value, token)
  }

  #find(token: string): Known | undefined {
    const found = this.db.readDirectory((tx) => sessionByToken(tx).get({ token }))
    return found === undefined ? undefined : this.#known.keep(token, found, [found.id])
  }

  #person(id: string): Person | undefined {
    const known = this.#people.get(id)
    if (known !== undefined) return known
    const found = this.db.readDirectory((tx) => personById(tx).get({ id }))
    return found === undefined ? undefined : this.#people.keep(id, found, [id])
  }
}
