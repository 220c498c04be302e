import { AppError } from '../../src/errors.ts'
import type { Secrets } from '../../src/secret.ts'
import { issueVisitorFor, readVisitor, type Way } from '../capsule/index.ts'
import { closing } from './codes.ts'
import { Frame } from './frame.ts'
import type { Live } from './live.ts'
import type { Member } from './member.ts'
import { type Asking, readMessage } from './messages.ts'

/** What members may do; each answers after its commit. */
export interface Acts {
  answer(
    capsuleId: string,
    answer: { id: string; version: number; block: string; value: unknown },
    visitor: string,
    way: Way | undefined,
  ): Promise<unknown>
  ask(capsuleId: string, question: { id: string; text: string }, visitor: string): Promise<unknown>
  support(capsuleId: string, questionId: string, visitor: string): Promise<unknown>
}

export interface TalkOptions {
  readonly live: Live
  readonly acts: Acts
  /** Signs visitors' tokens. */
  readonly secrets: Secrets
}

/** Takes what members say (R16 to R20, R22). */
export class Talk {
  constructor(private readonly options: TalkOptions) {}

  receive(member: Member, text: string | Uint8Array): void {
    const { live } = this.options
    if (!live.mayTalk(member)) return
    const message = typeof text === 'string' ? readMessage(text) : undefined
    if (message === undefined) {
      live.counts.malformed++
      member.close(closing.malformed)
    } else if (message.type === 'react') live.react(member, message.reaction)
    else void this.#act(member, message)
  }

  async #act(member: Member, message: Asking): Promise<void> {
    const { live, secrets } = this.options
    const { id } = message
    if (member.answersUnderWay >= live.options.limits.answersUnderWayMax) {
      const error = new AppError('rate-limited', 'Too many answers are under way.', { retryAfterS: 1 })
      live.counts.refusals.add(error.code)
      return member.send(refused(id, error))
    }
    const told = readVisitor(secrets, message.visitor)
    if (message.visitor !== undefined && told === undefined) live.counts.refusals.add('forged')
    const known = told ?? member.visitor
    const issued = known === undefined ? issueVisitorFor(secrets, member.capsuleId, id) : undefined
    const visitor = known ?? issued?.visitor ?? ''
    member.answersUnderWay++
    try {
      const result = await this.#done(member, message, visitor)
      // Who is known on this connection stays the same visitor, also before the token is used.
      member.visitor ??= visitor
      const token = issued === undefined ? {} : { visitor: issued.token }
      member.send(new Frame(JSON.stringify({ type: 'accepted', id, result, ...token })))
    } catch (error) {
      if (!(error instanceof AppError)) live.options.reportBug(error)
      const said = error instanceof AppError ? error : fault
      live.counts.refusals.add(said.code)
      member.send(refused(id, said))
    } finally {
      member.answersUnderWay--
    }
  }

  #done({ capsuleId, admission }: Member, message: Asking, visitor: string): Promise<unknown> {
    const { acts } = this.options
    const { id } = message
    if (message.type === 'ask') return acts.ask(capsuleId, { id, text: message.text }, visitor)
    if (message.type === 'support') return acts.support(capsuleId, message.question, visitor)
    const { version, block, value } = message
    return acts.answer(capsuleId, { id, version, block, value }, visitor, admission?.way)
  }
}

const fault = new AppError('unavailable', 'Something went wrong on our side. It has been logged.')

function refused(id: string, error: AppError): Frame {
  const { code, message: detail, faults, retryAfterS } = error.toData()
  const said = {
    type: 'refused',
    id,
    code,
    detail,
    ...(faults && { errors: faults }),
    ...(retryAfterS && { retryAfterS }),
  }
  return new Frame(JSON.stringify(said))
}
