import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { addressBlock } from '../../src/http/client-address.ts'
import { type Citation, renderCited, type VisitorTurn } from '../ai/index.ts'
import type { PageAddress } from './address.ts'
import type { FoundCapsule, VisitorDeps } from './deps.ts'
import type { Entries } from './form-body.ts'
import { sendAgain, senderOf } from './introduction.ts'
import type { VisitorPages } from './pages.ts'
import { pageOf, pathOf } from './places.ts'
import { refusal } from './refusals.ts'
import type { ShownTurn, Talk } from './render/talk.ts'

const turnsShownMax = 50

interface Asked {
  readonly block: string
  readonly question: string
  readonly conversationId: string | undefined
  /** An answer of before, and what the visitor thinks of it. */
  readonly rating: { readonly turnId: string; readonly value: 1 | -1 } | undefined
  /** Where the visitor can be reached. */
  readonly email: string | undefined
}

/**
 * Questions by plain POST, for browsers without scripts: the answer is one visitor's own page, which carries its conversation on
 * in the form.
 */
export class PlainQuestions {
  constructor(
    private readonly deps: VisitorDeps,
    private readonly pages: VisitorPages,
  ) {}

  async take(request: Request, address: PageAddress, entries: Entries): Promise<Response> {
    const found = this.pages.find(address)
    if (found.state === 'moved') return sendAgain(`${found.path}/-/questions`, 308)
    if (found.state !== 'found') return this.pages.refuse(found, request)
    const path = `${pathOf(found)}/-/questions`
    const admission = this.pages.admit(found, request)
    const sender = senderOf(request, path, this.deps)
    if ('introduction' in sender) return sender.introduction
    const asked = askedIn(entries)
    const page = pageOf(found, asked.block)
    if (page === undefined) {
      return refusal(new AppError('not-found', 'There is no such question any more.'), request, this.deps.assets)
    }
    const addressOf = addressIn(found.capsule, pathOf(found), page)
    const { talk, error } = await this.#answer(request, found.capsule, sender.visitor, asked, addressOf)
    const retry = error?.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) }
    const own = { talks: new Map([[asked.block, talk]]), admission }
    return this.pages.own(found, page, own, { status: error?.status ?? 200, headers: retry })
  }

  async #answer(
    request: Request,
    { capsuleId }: FoundCapsule,
    visitor: string,
    asked: Asked,
    addressOf: (citation: Citation) => string,
  ): Promise<{ talk: Talk; error?: AppError }> {
    const { chat } = this.deps
    if (chat === undefined) throw new AppError('not-found', 'There is no chat here.')
    const { conversationId, question, rating, email } = asked
    try {
      if (rating !== undefined && conversationId !== undefined) {
        await chat.rate({ capsuleId, conversationId, visitor, id: rating.turnId }, rating.value)
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
    const before =
      conversationId === undefined
        ? []
        : chat.conversations.turns(organizationOf(capsuleId), conversationId, capsuleId, visitor, turnsShownMax)
    const turns = before.map((turn) => shown(turn, addressOf))
    if (rating !== undefined) return { talk: { conversationId, turns } }
    if (email !== undefined && conversationId !== undefined) {
      return this.#leave({ capsuleId, conversationId, visitor, email }, { conversationId, turns })
    }
    try {
      const language = request.headers.get('accept-language') ?? undefined
      const address = this.deps.addressOf && addressBlock(this.deps.addressOf(request))
      const ask = { capsuleId, question, visitor, conversationId, language, address, signal: request.signal }
      for await (const event of chat.open(ask)) {
        if (event.type !== 'end') continue
        const { turnId: id, text: answer, citations, source } = event
        const turn = shown({ id, question, answer, citations, source, rating: null }, addressOf)
        return { talk: { conversationId: event.conversationId, turns: [...turns, turn] } }
      }
      return { talk: { conversationId, turns } }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { talk: { conversationId, turns, failed: { question, message: error.message } }, error }
    }
  }

  async #leave(
    given: { capsuleId: string; conversationId: string; visitor: string; email: string },
    talk: Talk,
  ): Promise<{ talk: Talk; error?: AppError }> {
    try {
      await this.deps.chat?.leave(given)
      return { talk: { ...talk, kept: true } }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { talk: { ...talk, failed: { question: '', message: error.message } }, error }
    }
  }
}

function askedIn(entries: Entries): Asked {
  const fields = new Map(entries)
  const [, turnId = '', value = ''] = /^(\S{1,64}) (1|-1)$/.exec(fields.get('rating') ?? '') ?? []
  return {
    block: fields.get('block') ?? '',
    question: fields.get('starter') ?? fields.get('question') ?? '',
    conversationId: fields.get('conversation') || undefined,
    email: fields.has('leave') ? (fields.get('email') ?? '') : undefined,
    rating: value === '' ? undefined : { turnId, value: value === '1' ? 1 : -1 },
  }
}

function shown({ id, question, answer, citations, rating }: VisitorTurn, addressOf: (citation: Citation) => string) {
  const html = renderCited(answer, citations, addressOf)
  return { id, question, html, answers: citations.length > 0, rating } satisfies ShownTurn
}

/** Where a citation leads from one page: a place on it, or another page's. */
function addressIn({ document }: FoundCapsule, path: string, here: string): (citation: Citation) => string {
  return ({ page, block }) => {
    if (page === here) return `#${encodeURIComponent(block)}`
    const query = document.pages[0]?.id === page ? '' : `?page=${encodeURIComponent(page)}`
    return `${path}${query}#${encodeURIComponent(block)}`
  }
}
