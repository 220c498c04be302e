import { randomInt } from 'node:crypto'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { LinkAttempts } from './attempts.ts'
import { codeLetter, type LetterLanguage } from './code-letter.ts'
import { normalEmail, permits } from './gate.ts'
import { limits } from './limits.ts'
import { gateOf, type Hashes, stateOf } from './links.ts'
import { keepCode, redeemCode } from './operations/codes.ts'
import type { Passes } from './passes.ts'
import type { ShareLinkRow } from './schema.ts'
import type { Seal } from './seal.ts'
import type { LinkVisits } from './visits.ts'

/** What a link still asks for, and what was proven so far, sealed: it comes back with the next step. */
export type Step =
  | { readonly asks: 'password' }
  | { readonly asks: 'email'; readonly proof: string }
  | { readonly asks: 'code'; readonly proof: string; readonly email: string }

/** A step that was taken: another one comes, or the way is free. */
export type Taken =
  | Step
  | { readonly asks: 'nothing'; readonly cookie: string }
  /** The same step again, and why. */
  | { readonly asks: 'again'; readonly step: Step; readonly why: Refused; readonly retryAfterS?: number | undefined }

export type Refused =
  | 'wrong-password'
  | 'no-email'
  | 'not-allowed'
  | 'wrong-code'
  | 'spent-code'
  | 'too-many'
  | 'too-late'
  | 'unavailable'

/** What a visitor sent at a step. */
export interface Sent {
  readonly password?: string | undefined
  readonly email?: string | undefined
  readonly code?: string | undefined
  readonly proof?: string | undefined
}

/** What a letter says of the capsule. */
export interface Told {
  readonly title: string
  readonly team: string
  readonly language: LetterLanguage
}

export interface EntranceDeps {
  readonly databases: Pick<Databases, 'write'>
  readonly mailer: Mailer
  readonly hashes: Pick<Hashes, 'verify'>
  readonly passes: Passes
  readonly seal: Seal
  readonly attempts: LinkAttempts
  readonly visits: LinkVisits
  readonly nowMs: () => number
}

interface Proven {
  readonly email: string | null
}

const codeDigits = 6

/** The way in by a share link: a password, then an address, then the code that was sent to it, as far as the link asks for them. */
export class Entrance {
  constructor(private readonly deps: EntranceDeps) {}

  /** Whether the link leads anywhere now. */
  isOpen(link: ShareLinkRow): boolean {
    return stateOf(link, this.deps.nowMs()) === 'active'
  }

  /** What the link asks of somebody who brings nothing. */
  begin(link: ShareLinkRow): Taken {
    if (link.passwordHash !== null) return { asks: 'password' }
    return this.#afterPassword(link)
  }

  /** Counts one more opening of the link. */
  count(link: ShareLinkRow): void {
    this.deps.visits.add(link.id)
  }

  /** Takes whatever step was sent. What goes wrong in it is told with the step to take again. */
  async take(request: Request, link: ShareLinkRow, sent: Sent, told: Told): Promise<Taken> {
    const step = this.#stepOf(link, sent)
    if (step === undefined) return this.#restart(link)
    try {
      if (step.asks === 'password') return await this.#password(request, link, sent.password ?? '')
      if (step.asks === 'email') return await this.#email(request, link, step, sent.email ?? '', told)
      return await this.#code(request, link, step, sent.code ?? '')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'rate-limited') return again(step, 'too-many', error.retryAfterS)
      if (error.code === 'unavailable' || error.code === 'not-confirmed') {
        return again(step, 'unavailable', error.retryAfterS)
      }
      throw error
    }
  }

  async #password(request: Request, link: ShareLinkRow, password: string): Promise<Taken> {
    const { attempts, hashes } = this.deps
    attempts.password(request, link.id)
    const isRight =
      password.length <= limits.passwordLengthMax && (await hashes.verify(password, link.passwordHash ?? ''))
    return isRight ? this.#afterPassword(link) : again({ asks: 'password' }, 'wrong-password')
  }

  async #email(request: Request, link: ShareLinkRow, step: Step, text: string, told: Told): Promise<Taken> {
    const { attempts, databases, mailer, seal } = this.deps
    const gate = gateOf(link)
    const email = normalEmail(text)
    if (gate === null || email === undefined) return again(step, 'no-email')
    attempts.letter(request, link.id, email)
    if (!permits(gate, email)) return again(step, 'not-allowed')
    const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
    const codeHash = seal.hash('code', link.id, email, code)
    await databases.write(keepCode, organizationOf(link.id), { linkId: link.id, email, codeHash })
    await mailer.send(codeLetter(email, code, told))
    return { asks: 'code', email, proof: this.#prove(link, email) }
  }

  async #code(
    request: Request,
    link: ShareLinkRow,
    step: Extract<Step, { asks: 'code' }>,
    text: string,
  ): Promise<Taken> {
    const { attempts, databases, seal } = this.deps
    const { email } = step
    attempts.code(request, link.id)
    const code = text.replace(/\s/g, '')
    if (!new RegExp(`^\\d{${codeDigits}}$`).test(code)) return again(step, 'wrong-code')
    const gate = gateOf(link)
    if (gate !== null && !permits(gate, email)) return again(step, 'not-allowed')
    const codeHash = seal.hash('code', link.id, email, code)
    const redeemed = await databases.write(redeemCode, organizationOf(link.id), { linkId: link.id, email, codeHash })
    if (redeemed === 'wrong') return again(step, 'wrong-code')
    // The address is proven to be asked for, not to be theirs: they may have another letter.
    if (redeemed === 'spent') return again({ asks: 'email', proof: this.#prove(link, null) }, 'spent-code')
    return this.#open(link, { email })
  }

  #afterPassword(link: ShareLinkRow): Taken {
    if (gateOf(link) !== null) return { asks: 'email', proof: this.#prove(link, null) }
    return this.#open(link, { email: null })
  }

  #open(link: ShareLinkRow, { email }: Proven): Taken {
    const pass = { linkId: link.id, round: link.round, email }
    return { asks: 'nothing', cookie: this.deps.passes.cookie(link.capsuleId, pass) }
  }

  /** That everything before this step was proven, to this link as it is now. */
  #prove(link: ShareLinkRow, email: string | null): string {
    return this.deps.seal.close(`step:${link.id}`, [link.round, this.deps.nowMs() + limits.stepMs, email])
  }

  /** Which step a form takes; undefined when it comes too late, or from a form of another link. */
  #stepOf(link: ShareLinkRow, { proof }: Sent): Step | undefined {
    if (proof === undefined || proof === '') {
      if (link.passwordHash !== null) return { asks: 'password' }
      return gateOf(link) === null ? undefined : { asks: 'email', proof: this.#prove(link, null) }
    }
    const [round, untilMs, email] = this.deps.seal.open(`step:${link.id}`, proof) ?? []
    if (round !== link.round || typeof untilMs !== 'number' || untilMs <= this.deps.nowMs()) return undefined
    if (gateOf(link) === null) return undefined
    return typeof email === 'string' ? { asks: 'code', proof, email } : { asks: 'email', proof }
  }

  #restart(link: ShareLinkRow): Taken {
    const first = this.begin(link)
    return first.asks === 'nothing' || first.asks === 'again' ? first : again(first, 'too-late')
  }
}

function again(step: Step, why: Refused, retryAfterS?: number): Taken {
  return { asks: 'again', step, why, retryAfterS }
}
