import { and, eq } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { newGlobalId } from '../../src/db/ids.ts'
import type { Step } from './operations/steps.ts'
import { applySteps } from './operations.ts'
import type { PasswordHashes } from './password-hashes.ts'
import { account, user } from './schema.ts'
import type { Person } from './sessions.ts'

interface Wanted {
  readonly email: string
  readonly name: string
  readonly password: string
}

/** People made by ourselves, without a request. Their rows are those that better-auth would have made. */
export class People {
  constructor(
    private readonly db: Databases,
    private readonly hashes: PasswordHashes,
  ) {}

  /** Whoever has another password is signed out everywhere. */
  async ensure({ email: given, name, password }: Wanted): Promise<Person> {
    const email = given.trim().toLowerCase()
    const known = this.#byEmail(email)
    const userId = known?.userId ?? newGlobalId('usr')
    const steps: Step[] =
      known === undefined
        ? [{ do: 'addUser', id: userId, email, name }, await this.#newAccount(userId, password)]
        : await this.#changes(known, name, password)
    if (steps.length > 0) await this.db.write(applySteps, null, { steps })
    return { userId, email, name }
  }

  hasProvenAddress(userId: string): boolean {
    const row = this.db.readDirectory((tx) =>
      tx.select({ proven: user.emailVerified }).from(user).where(eq(user.id, userId)).get(),
    )
    return row?.proven === true
  }

  async #changes(known: Known, name: string, password: string): Promise<Step[]> {
    const steps: Step[] = known.name === name ? [] : [{ do: 'changeUser', id: known.userId, name }]
    if (await this.hashes.verify(password, known.hash)) return steps
    const hash = await this.hashes.hash(password)
    steps.push({ do: 'setPassword', id: known.accountId, password: hash }, { do: 'endSessions', userId: known.userId })
    return steps
  }

  async #newAccount(userId: string, password: string): Promise<Step> {
    const hash = await this.hashes.hash(password)
    return { do: 'addAccount', id: newGlobalId('acc'), userId, providerId, accountId: userId, password: hash }
  }

  #byEmail(email: string): Known | undefined {
    const row = this.db.readDirectory((tx) =>
      tx
        .select({ userId: user.id, name: user.name, accountId: account.id, hash: account.password })
        .from(user)
        .innerJoin(account, and(eq(account.accountId, user.id), eq(account.providerId, providerId)))
        .where(eq(user.email, email))
        .get(),
    )
    return row === undefined || row.hash === null ? undefined : { ...row, hash: row.hash }
  }
}

/** What better-auth calls an account with a password. */
const providerId = 'credential'

interface Known {
  readonly userId: string
  readonly name: string
  readonly accountId: string
  readonly hash: string
}
