import type { Databases } from '../../src/db/database.ts'
import { type AddressOf, unknownAddress } from '../../src/http/client-address.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { Secrets } from '../../src/secret.ts'
import { addressHeader } from './address-header.ts'
import { Attempts } from './attempts.ts'
import type { Auth, Holder } from './auth.ts'
import { userRemoved } from './operations.ts'
import { PasswordHashes } from './password-hashes.ts'
import { People } from './people.ts'
import { resetLetter } from './reset-letter.ts'
import { type SessionCookie, sessionCookie, sessionSecret, signedAnew } from './session-cookie.ts'
import { type Person, Sessions } from './sessions.ts'
import { afterwards } from './unit-of-work.ts'

export interface IdentityOptions {
  readonly databases: Databases
  readonly jobs: Jobs
  readonly mailer: Mailer
  /** The public origin: what cookies are bound to and where links in letters lead. */
  readonly origin: string
  /** The server's secrets; sessions are signed with a key made from the current one. */
  readonly secrets: Secrets
  readonly addressOf: AddressOf
  readonly log: { error(fields: object, message: string): void }
  /** Asked before somebody is deleted; throws an AppError where that must not be (the last owner of something). */
  readonly onBeforeDelete?: (person: Person) => void | Promise<void>
  /** Told after somebody was deleted, at least once, also when the process ended in between. */
  readonly onDeleted?: (userId: string) => void | Promise<void>
  readonly nowMs?: () => number
}

/** The browser's own name, kept with a session so that its owner can tell sessions apart. */
const userAgentLengthMax = 300

/** People and who of them is signed in. */
export class Identity {
  readonly cookie: SessionCookie
  readonly attempts: Attempts
  readonly #sessions: Sessions
  readonly #people: People
  /** Few at a time, whoever asks for them. */
  readonly hashes = new PasswordHashes()
  readonly #secrets: Secrets
  #auth: Promise<Auth> | undefined

  constructor(private readonly options: IdentityOptions) {
    const nowMs = options.nowMs ?? Date.now
    this.cookie = sessionCookie(options.origin)
    const [current, ...former] = options.secrets
    this.#secrets = [sessionSecret(current), ...former.map(sessionSecret)]
    this.attempts = new Attempts(options.addressOf, nowMs)
    this.#sessions = new Sessions(options.databases, this.cookie, this.#secrets, nowMs)
    this.#people = new People(options.databases, this.hashes)
    options.jobs.handle(userRemoved, async ({ userId }) => options.onDeleted?.(userId))
  }

  get origin(): string {
    return this.options.origin
  }

  /** Who is signed in. Reads only, and mostly from memory. */
  async sessionOf(request: Request): Promise<Person | undefined> {
    return this.#sessions.of(request)
  }

  /**
   * Whether somebody has proved that their address is theirs, by a token that was sent there. Signing up proves nothing:
   * what is given to an address (an operator's rights) is for those who proved it.
   */
  hasProvenAddress({ userId }: Pick<Person, 'userId'>): boolean {
    return this.#people.hasProvenAddress(userId)
  }

  /** The person with this address, name and password; made or changed where they are not. For the demo. */
  ensurePerson(wanted: { email: string; name: string; password: string }): Promise<Person> {
    return this.#people.ensure(wanted)
  }

  /** For the routes: asks better-auth, which is loaded when it is first needed. */
  async ask<T>(request: Request, question: (auth: Auth, headers: Headers) => Promise<T>): Promise<T> {
    this.#auth ??= this.#load()
    return question(await this.#auth, this.#headersOf(request))
  }

  /** What better-auth sees of a request, and nothing else of it. */
  #headersOf(request: Request): Headers {
    const headers = new Headers()
    const address = this.options.addressOf(request)
    if (address !== unknownAddress) headers.set(addressHeader, address)
    const cookie = request.headers.get('cookie')
    if (cookie !== null) headers.set('cookie', signedAnew(cookie, this.cookie, this.#secrets))
    headers.set('user-agent', (request.headers.get('user-agent') ?? '').slice(0, userAgentLengthMax))
    return headers
  }

  async #load(): Promise<Auth> {
    const { createAuth } = await import('./auth.ts')
    const { databases, origin, mailer, onBeforeDelete, log } = this.options
    return createAuth({
      databases,
      origin,
      secret: this.#secrets[0],
      cookie: this.cookie,
      hashes: this.hashes,
      sendReset: async ({ email }, token) => afterwards(() => mailer.send(resetLetter(email, origin, token))),
      beforeDelete: async (holder) => onBeforeDelete?.(toPerson(holder)),
      reportError: (message, error) => log.error({ err: error }, message),
    })
  }
}

function toPerson({ id, email, name }: Holder): Person {
  return { userId: id, email, name }
}
