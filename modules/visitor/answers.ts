import { createHash } from 'node:crypto'
import { AppError } from '../../src/errors.ts'
import type { Admission, Result } from '../capsule/index.ts'
import type { PageAddress } from './address.ts'
import type { Found, VisitorDeps } from './deps.ts'
import type { Entries } from './form-body.ts'
import { type Sender, sendAgain, senderOf } from './introduction.ts'
import type { VisitorPages } from './pages.ts'
import { pageOf, pathOf } from './places.ts'
import { refusal } from './refusals.ts'
import { faultsByKey } from './web/shared/faults.ts'
import { answerValue } from './web/shared/value.ts'

/** A plain form as it was sent: which block it answers, of which version. */
interface Sent {
  readonly block: string
  readonly version: number
  readonly type: string
  readonly entries: Entries
}

/**
 * Answers by plain POST, for browsers without scripts.
 *
 * A page is the same for everybody, so its forms can carry no id of their own. The id of an answer is made of what makes it
 * one: visitor, capsule, version, block, value. Sent twice, it is the same answer. That takes a visitor before the first
 * answer (`senderOf`). A second click before that sends with the token of the first.
 */
export class PlainAnswers {
  constructor(
    private readonly deps: VisitorDeps,
    private readonly pages: VisitorPages,
  ) {}

  async take(request: Request, address: PageAddress, entries: Entries): Promise<Response> {
    const found = this.pages.find(address)
    if (found.state === 'moved') return sendAgain(`${found.path}/-/responses`, 308)
    if (found.state !== 'found') return this.pages.refuse(found, request)
    const admission = this.pages.admit(found, request)
    const sender = senderOf(request, `${pathOf(found)}/-/responses`, this.deps)
    if ('introduction' in sender) return sender.introduction
    const sent = sentIn(entries)
    try {
      return await this.#store(found, sent, sender, admission)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return this.#explain(error, request, found, sent, admission)
    }
  }

  async #store(
    found: Extract<Found, { state: 'found' }>,
    sent: Sent,
    { visitor, remembers }: Extract<Sender, { visitor: string }>,
    admission: Admission,
  ): Promise<Response> {
    const { capsuleId } = found.capsule
    const value = answerValue(sent.type, sent.entries)
    const id = answerId([visitor, capsuleId, String(sent.version), sent.block, JSON.stringify(value)])
    const answer = { id, version: sent.version, block: sent.block, value }
    let again = false
    let results: Map<string, Result>
    try {
      const { result } = await this.deps.responses.submit(capsuleId, answer, visitor, admission.way)
      results = new Map([[sent.block, result]])
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error
      again = true
      results = this.deps.responses.own(capsuleId, visitor, found.capsule.version)
    }
    const pageId = pageOf(found, sent.block)
    // Who keeps no cookie could not be shown the result at another address.
    if (!remembers) {
      const answeredBefore = again ? sent.block : undefined
      return this.pages.own(found, pageId, { results, answeredBefore, admission }, { status: 200 })
    }
    const first = found.capsule.document.pages[0]?.id === pageId
    const page = pageId === undefined || first ? '' : `page=${pageId}&`
    const location = `${pathOf(found)}?${page}answered=${sent.block}${again ? '&again' : ''}#${sent.block}`
    return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } })
  }

  /** The page again, with what was typed and what is wrong with it; or why there is no such question. */
  #explain(
    error: AppError,
    request: Request,
    found: Extract<Found, { state: 'found' }>,
    sent: Sent,
    admission: Admission,
  ): Response {
    const pageId = pageOf(found, sent.block)
    if (error.code === 'not-found' || pageId === undefined) return refusal(error, request, this.deps.assets)
    const faults = faultsByKey(error.faults)
    const message =
      error.code === 'invalid'
        ? 'Please look at what is marked, and send it again.'
        : `${error.message} Your answer is still here: please send it again.`
    const attempt = { message, faults, entries: sent.entries }
    const retry = error.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) }
    return this.pages.own(
      found,
      pageId,
      { attempts: new Map([[sent.block, attempt]]), admission },
      { status: error.status, headers: retry },
    )
  }
}

function sentIn(entries: Entries): Sent {
  const fields = new Map(entries)
  const version = Number(fields.get('version'))
  return {
    block: fields.get('block') ?? '',
    version: Number.isSafeInteger(version) ? version : 0,
    type: fields.get('type') ?? '',
    entries,
  }
}

function answerId(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)
}
