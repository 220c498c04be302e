import { newId, type OrganizationId, organizationOf } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import type { Clock } from '../clock.ts'
import type { Concessions } from '../concessions.ts'
import type { AiFigures } from '../figures.ts'
import type { Gateway } from '../gateway.ts'
import type { RateLimits } from '../governance/rate-limits.ts'
import { limits } from '../limits.ts'
import type { ChatSettings } from '../operations/settings.ts'
import { Refusal } from '../refusal.ts'
import { Allowance } from './allowance.ts'
import type { ChatSettingsOf } from './chat-settings.ts'
import type { Conversations, Source } from './conversations.ts'
import { type Citation, citationsIn, type Extract, extract } from './extract.ts'
import type { PassageIndex } from './passage-index.ts'
import type { CapsuleText, TextOf } from './passages.ts'
import { phrases } from './phrases.ts'
import { promptFor, type Turn } from './prompt.ts'
import { Broken, wordsOf } from './provider-answer.ts'
import type { Retrieval } from './retrieval.ts'
import type { Found } from './search.ts'
import { type Language, languageBy, languageOf } from './words.ts'

export interface Ask {
  readonly capsuleId: string
  readonly question: string
  /** Who asks, by a token's name or a key's id: for the limits, and to whom the conversation belongs. */
  readonly visitor: string
  /** Where the question comes from. Tokens are free, so those who have not asked of late are counted together by it. */
  readonly address?: string | undefined
  /** Goes on with this one; absent, or another visitor's: a new one. */
  readonly conversationId?: string | undefined
  /** Instead of the conversation that is kept: the caller holds it himself. */
  readonly turns?: readonly Turn[] | undefined
  /** The key that pays, when one does. */
  readonly keyId?: string | undefined
  /** A tag or a list of them, such as Accept-Language. */
  readonly language?: string | undefined
  readonly signal: AbortSignal
}

export type ChatEvent =
  | { readonly type: 'words'; readonly text: string }
  | {
      readonly type: 'end'
      readonly source: Source
      /** Whether the capsule says something about it. */
      readonly answers: boolean
      readonly text: string
      readonly citations: readonly Citation[]
      readonly conversationId: string
      readonly turnId: string
    }

export interface CapsuleChatParts {
  readonly gateway: Gateway
  readonly concessions: Concessions
  readonly index: PassageIndex
  readonly retrieval: Retrieval
  readonly conversations: Conversations
  readonly settings: ChatSettingsOf
  readonly textOf: TextOf
  readonly rates: RateLimits
  readonly figures: AiFigures
  readonly clock: Clock
  readonly reportBug: (error: unknown) => void
}

/** When no provider has said a word by then, the capsule speaks for itself: before the three seconds that are promised. */
export const chatBeginMs = 2_500
const chatFallbackAfterMs = 1_800
const passagesShown = 8
/** RFC 5321, 4.5.3.1.3. */
const emailLengthMax = 254

/** Answers visitors' questions from a capsule's own content, by a provider or by quotation, and always within its time. */
export class CapsuleChat {
  readonly #saving = new Set<Promise<void>>()
  readonly #allowance: Allowance

  constructor(private readonly parts: CapsuleChatParts) {
    this.#allowance = new Allowance(parts.rates, parts.clock)
  }

  get conversations(): Conversations {
    return this.parts.conversations
  }

  /** After a publication: makes what visitors see now searchable; after its end: forgets it. Idempotent. */
  async refresh(capsuleId: string): Promise<void> {
    const organizationId = organizationOf(capsuleId)
    const text = this.#textOf(organizationId, capsuleId)
    if (text === undefined) await this.parts.index.forget(organizationId, capsuleId)
    else await this.parts.index.index(organizationId, capsuleId, text)
  }

  /** A capsule is gone for good: its index, what was said to it, and how its chat behaved. */
  async forget(capsuleId: string): Promise<void> {
    const organizationId = organizationOf(capsuleId)
    await this.parts.index.forget(organizationId, capsuleId)
    await this.parts.conversations.forget(organizationId, capsuleId)
  }

  /** How a capsule's chat shows itself to visitors. */
  shown(capsuleId: string): Pick<ChatSettings, 'enabled' | 'starters' | 'leads'> {
    const { enabled, starters, leads } = this.parts.settings.of(organizationOf(capsuleId), capsuleId)
    return { enabled, starters, leads }
  }

  /** Checks a question before anything is sent. @throws AppError not-found, invalid, rate-limited. */
  open(ask: Ask): AsyncGenerator<ChatEvent, void, void> {
    const organizationId = ownerOf(ask.capsuleId)
    const text = this.#textOf(organizationId, ask.capsuleId)
    const settings = this.parts.settings.of(organizationId, ask.capsuleId)
    if (text === undefined || !settings.enabled) throw noChat()
    const question = ask.question.trim()
    if (question === '' || question.length > limits.questionLengthMax) {
      throw new AppError('invalid', `A question has 1 to ${limits.questionLengthMax} characters.`, {
        faults: [{ pointer: '/question', message: `must have 1 to ${limits.questionLengthMax} characters` }],
      })
    }
    const visitor = `visitor/${ask.capsuleId}/${ask.visitor}`
    const { conversations } = this.parts
    if (ask.address !== undefined && this.#allowance.isFresh(visitor, settings.questionsOfVisitorAnHour)) {
      const newcomer = `newcomer/${ask.capsuleId}/${ask.address}`
      this.#allowance.take(newcomer, limits.newcomersOfAddressAnHour, 'Your network has')
    }
    this.#allowance.take(visitor, settings.questionsOfVisitorAnHour, 'You have')
    this.#allowance.take(`capsule/${ask.capsuleId}`, settings.questionsOfCapsuleAnHour, 'This page has been')
    const goesOn = ask.conversationId !== undefined && conversations.isOpenTo(organizationId, ask.conversationId, ask)
    return this.#answer(
      organizationId,
      { ...ask, question, conversationId: goesOn ? ask.conversationId : undefined },
      text,
    )
  }

  /** What a visitor thinks of an answer; null takes it back. @throws AppError not-found, rate-limited. */
  async rate(
    { capsuleId, ...at }: { capsuleId: string; conversationId: string; visitor: string; id: string },
    rating: 1 | -1 | null,
  ): Promise<void> {
    this.#allowance.take(`rating/${capsuleId}/${at.visitor}`, limits.ratingsOfVisitorAnHour, 'You have', 'rated')
    await this.parts.conversations.rate(ownerOf(capsuleId), at, rating)
  }

  /** Where a visitor can be reached, for the owner. @throws AppError invalid, not-found, rate-limited. */
  async leave(given: { capsuleId: string; conversationId: string; visitor: string; email: string }): Promise<void> {
    const email = given.email.trim()
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > emailLengthMax) {
      throw new AppError('invalid', 'This is no e-mail address.', {
        faults: [{ pointer: '/email', message: 'must be an e-mail address' }],
      })
    }
    this.#allowance.take(`lead/${given.capsuleId}/${given.visitor}`, limits.leadsOfVisitorAnHour, 'You have', 'left')
    await this.parts.conversations.leave(ownerOf(given.capsuleId), { ...given, email })
  }

  /** The passages of what is indexed that answer best. None before the first index stands. */
  find(capsuleId: string, question: string): Found[] {
    const organizationId = ownerOf(capsuleId)
    const version = this.#textOf(organizationId, capsuleId)?.version ?? 0
    return this.parts.index.search(organizationId, capsuleId, version, question, passagesShown) ?? []
  }

  /** Waits for what is being kept. */
  async close(): Promise<void> {
    await Promise.all(this.#saving)
  }

  async *#answer(organizationId: OrganizationId, ask: Ask, text: CapsuleText): AsyncGenerator<ChatEvent, void, void> {
    const { figures, clock } = this.parts
    const askedMs = clock.nowMs()
    const untilMs = askedMs + chatBeginMs
    const found = await this.parts.retrieval.find(organizationId, ask, text, passagesShown)
    const language = languageBy(ask.language) ?? languageOf(ask.question) ?? languageBy(text.language) ?? 'en'
    let said = ''
    let isWhole = false
    try {
      for await (const word of this.#provider(organizationId, ask, text, found, language, untilMs)) {
        said += word
        yield { type: 'words', text: word }
      }
      isWhole = said.trim() !== ''
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Broken)) this.parts.reportBug(error)
    }
    if (ask.signal.aborted) return
    figures.chatAnswers++
    const cited = citationsIn(said, found, ask.question)
    if (isWhole) {
      yield this.#end(organizationId, ask, {
        source: 'provider',
        answers: cited.length > 0,
        text: said,
        citations: cited,
      })
      return
    }
    figures.chatExtracts++
    const quoted = extract(found, ask.question, phrases[language], said === '' ? 1 : passagesShown + 1)
    const rest = said === '' ? quoted.text : `\n\n${phrases[language].cut} ${quoted.text}`
    // A quotation's first word counts as a provider's does.
    if (said === '') figures.firstToken(clock.nowMs() - askedMs)
    yield { type: 'words', text: rest }
    yield this.#end(organizationId, ask, {
      source: said === '' ? 'extract' : 'both',
      answers: quoted.answers,
      text: said + rest,
      citations: [...(said === '' ? [] : cited), ...quoted.citations],
    })
  }

  /** A capsule that is gone has no text either. */
  #textOf(organizationId: OrganizationId, capsuleId: string): CapsuleText | undefined {
    try {
      return this.parts.textOf(organizationId, capsuleId)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined
      throw error
    }
  }

  /** A provider's words; none when there is no provider. @throws Refusal, Broken. */
  async *#provider(
    organizationId: OrganizationId,
    ask: Ask,
    text: CapsuleText,
    found: readonly Found[],
    language: Language,
    untilMs: number,
  ): AsyncGenerator<string, void, void> {
    const { gateway, concessions, clock, conversations, settings } = this.parts
    const alias = gateway.offerTo(organizationId).chat
    if (alias === undefined) return
    const { capsuleId, conversationId, visitor, question, signal } = ask
    const request = promptFor({
      model: alias.name,
      title: text.title,
      settings: settings.of(organizationId, capsuleId),
      found,
      turns:
        ask.turns ??
        (conversationId === undefined ? [] : conversations.turns(organizationId, conversationId, capsuleId, visitor)),
      question,
      language,
    })
    const caller = { organizationId, keyId: ask.keyId ?? '', capsuleId }
    const begun = await concessions.begin(caller, request, alias, {
      signal,
      beginMs: Math.max(1, untilMs - clock.nowMs()),
      fallbackAfterMs: Math.min(alias.fallbackAfterMs, chatFallbackAfterMs),
    })
    if (begun?.answer.kind !== 'stream') throw new Broken('It refused the question.')
    yield* wordsOf(gateway.stream(begun, alias, { signal }), clock, Math.max(1, untilMs - clock.nowMs()))
  }

  /** Keeps the turn without making the visitor wait for it. */
  #end(organizationId: OrganizationId, ask: Ask, said: Extract & { readonly source: Source }): ChatEvent {
    const conversationId = ask.conversationId ?? newId('cnv', organizationId)
    const turnId = newId('trn', organizationId)
    const { capsuleId, visitor, question } = ask
    const { text, source, citations } = said
    if (ask.turns === undefined) {
      const saving = this.parts.conversations
        .record(
          organizationId,
          { conversationId, capsuleId, visitor },
          { id: turnId, question, answer: text, source, citations },
        )
        .catch(this.parts.reportBug)
        .finally(() => this.#saving.delete(saving))
      this.#saving.add(saving)
    }
    return { type: 'end', ...said, conversationId, turnId }
  }
}

/** @throws AppError not-found for what is no id of ours. */
function ownerOf(capsuleId: string): OrganizationId {
  try {
    return organizationOf(capsuleId)
  } catch {
    throw noChat()
  }
}

function noChat(): AppError {
  return new AppError('not-found', 'There is no chat here.')
}
