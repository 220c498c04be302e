import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { type Block, type CapsuleDocument, plainText } from '../../capsule/index.ts'
import type { Clock } from '../clock.ts'
import type { Concessions } from '../concessions.ts'
import type { Extractor } from '../extraction/extractor.ts'
import type { Gateway } from '../gateway.ts'
import type { Caller, Governance } from '../governance/governance.ts'
import type { RateLimits } from '../governance/rate-limits.ts'
import { limits } from '../limits.ts'
import { checkPicture, describePicture, type PictureWish } from './alternative-text.ts'
import { type Draft, draftByAi, draftByConversion } from './draft.ts'
import { type Making, type Proposal, proposalStream } from './proposal.ts'
import { checkQuizText, suggestQuiz } from './quiz.ts'
import { type Manner, rewrite, writable } from './rewrite.ts'
import { type OpenPage, type Source, Sources } from './source.ts'
import { languageName, textsOf, translate } from './translation.ts'
import { Writer } from './writer.ts'

export interface AuthoringParts {
  readonly gateway: Gateway
  readonly concessions: Concessions
  readonly governance: Governance
  readonly rates: RateLimits
  readonly extractor: Extractor
  /** Undefined: no pages are fetched. */
  readonly openPage: OpenPage | undefined
  readonly clock: Clock
  readonly reportBug: (error: unknown) => void
}

/** Who asks for help, and about which capsule: empty for one that is not there yet. */
export type Author = Pick<Caller, 'organizationId' | 'keyId' | 'capsuleId'>

export interface DraftAsk {
  readonly wish: string
  /** By a model, or without one: the source's own text in blocks. */
  readonly by: 'ai' | 'conversion'
  readonly from:
    | { readonly kind: 'wish' }
    | { readonly kind: 'page'; readonly url: string }
    | { readonly kind: 'file'; readonly name: string; readonly bytes: ArrayBuffer }
}

/** A capsule as it is worked on. */
export interface Worked {
  readonly title: string
  readonly document: CapsuleDocument
}

const hourMs = 3_600_000
const retryAfterS = 5

/**
 * Help for owners in writing. Everything it makes is a proposal: nothing is kept, and nothing of a capsule changes, before the
 * owner says so. Each method checks what can be checked at once; its proposal is then made, told of and paid for.
 */
export class Authoring {
  readonly #writer: Writer
  readonly #sources: Sources
  readonly #underWay = new Map<OrganizationId, number>()

  constructor(private readonly parts: AuthoringParts) {
    this.#writer = new Writer(parts)
    this.#sources = new Sources(parts.extractor, parts.openPage)
  }

  /** Whether there is a model to ask. */
  isReadyFor(organizationId: OrganizationId): boolean {
    return this.#writer.isReadyFor(organizationId)
  }

  /** @throws AppError unavailable without a provider, invalid when there is nothing to make it of. */
  draft(author: Author, { wish, by, from }: DraftAsk): Proposal<Draft> {
    if (by === 'ai') this.#writer.check(author)
    if (from.kind === 'wish' && (by === 'conversion' || wish.trim() === '')) {
      throw new AppError('invalid', 'Say what the draft is to be made of: a wish, a page or a document.', {
        faults: [{ pointer: '/wish', message: 'is missing' }],
      })
    }
    return async (making) => {
      const source = await this.#source(from, making.signal)
      if (by === 'conversion' && source !== undefined) return draftByConversion(source)
      making.told({ step: 'asking', done: 0, of: 0 })
      return draftByAi(this.#writer, { ...author, purpose: 'draft' }, { wish, source }, making)
    }
  }

  /** @throws AppError unavailable without a provider, invalid for a block without words. */
  rewrite(author: Author, block: unknown, manner: Manner, wish: string | undefined) {
    this.#writer.check(author)
    const own = writable(block)
    return this.#asking((making) =>
      rewrite(this.#writer, { ...author, purpose: 'rewrite' }, { block: own, manner, wish }, making),
    )
  }

  /** @throws AppError unavailable without a provider, invalid for an unknown language or an empty capsule, too-large. */
  translate(author: Author, capsule: Worked, language: string) {
    this.#writer.check(author)
    languageName(language)
    const wish = { ...capsule, language }
    const texts = textsOf(wish)
    return this.#asking((making) => translate(this.#writer, { ...author, purpose: 'translation' }, wish, texts, making))
  }

  /** @param page of the capsule; absent: all of them. @throws AppError unavailable, not-found, invalid for too little text. */
  quiz(author: Author, { title, document }: Worked, questions: number, page: string | undefined) {
    this.#writer.check(author)
    const pages = page === undefined ? document.pages : document.pages.filter(({ id }) => id === page)
    if (pages.length === 0) throw new AppError('not-found', 'The capsule has no such page.')
    const text = checkQuizText(plainText({ ...document, pages: pages.map(withoutQuizzes) }))
    return this.#asking((making) =>
      suggestQuiz(this.#writer, { ...author, purpose: 'quiz' }, { title, text, questions }, making),
    )
  }

  /** @throws AppError unavailable without a provider, invalid for what is no picture. */
  describe(author: Author, wish: PictureWish) {
    this.#writer.check(author)
    checkPicture(wish.picture)
    return this.#asking((making) =>
      describePicture(this.#writer, { ...author, purpose: 'alternative-text' }, wish, making),
    )
  }

  /** Makes it, within what an organization may ask for. @throws AppError rate-limited. */
  answer<T>({ organizationId }: Author, proposal: Proposal<T>): Response {
    const { rates, clock } = this.parts
    const name = `${organizationId}/proposals`
    const { proposalsAnHour, proposalsAtOnce } = limits
    if (rates.take(name, 1, proposalsAnHour, clock.nowMs(), hourMs) < 0) {
      const waitMs = rates.waitMs(name, 1, proposalsAnHour, clock.nowMs(), hourMs)
      throw new AppError('rate-limited', `At most ${proposalsAnHour} proposals an hour are made for an organization.`, {
        retryAfterS: Math.max(1, Math.ceil(waitMs / 1_000)),
      })
    }
    const own = this.#underWay.get(organizationId) ?? 0
    if (own >= proposalsAtOnce) {
      throw new AppError('rate-limited', `At most ${proposalsAtOnce} proposals are made for an organization at once.`, {
        retryAfterS,
      })
    }
    this.#underWay.set(organizationId, own + 1)
    return proposalStream(proposal, this.parts, () => {
      const left = (this.#underWay.get(organizationId) ?? 1) - 1
      if (left === 0) this.#underWay.delete(organizationId)
      else this.#underWay.set(organizationId, left)
    })
  }

  #asking<T>(proposal: Proposal<T>): Proposal<T> {
    return (making: Making) => {
      making.told({ step: 'asking', done: 0, of: 0 })
      return proposal(making)
    }
  }

  async #source(from: DraftAsk['from'], signal: AbortSignal): Promise<Source | undefined> {
    if (from.kind === 'page') return this.#sources.page(from.url, signal)
    return from.kind === 'file' ? this.#sources.file(from.name, from.bytes, signal) : undefined
  }
}

/** What is asked already is no text to ask about. */
function withoutQuizzes(page: CapsuleDocument['pages'][number]) {
  return { ...page, blocks: page.blocks.filter((block) => (block as Block).type !== 'quiz') }
}
