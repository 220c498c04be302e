import { AppError } from '../../src/errors.ts'
import type { Refused, Sent, Step, Taken } from '../sharing/index.ts'
import type { Found, VisitorDeps } from './deps.ts'
import type { Entries } from './form-body.ts'
import { pageHeaders } from './headers.ts'
import type { VisitorPages } from './pages.ts'
import { pathOf } from './places.ts'
import { ended, refusal } from './refusals.ts'
import { renderGate } from './render/gate.ts'
import { gateLanguage, gateWords } from './render/gate-words.ts'

type FoundPage = Extract<Found, { state: 'found' }>
type Link = NonNullable<ReturnType<VisitorDeps['sharing']['links']['find']>>

const statuses: Readonly<Record<Refused, number>> = {
  'wrong-password': 403,
  'not-allowed': 403,
  'wrong-code': 403,
  'spent-code': 403,
  'too-late': 403,
  'no-email': 422,
  'too-many': 429,
  unavailable: 503,
}

/** The addresses of share links: `/-/s/{link}` asks for what the link asks for, then leads to the capsule with a pass for it. */
export class ShareGate {
  constructor(
    private readonly deps: VisitorDeps,
    private readonly pages: VisitorPages,
  ) {}

  open(request: Request, linkId: string): Response {
    const place = this.#placeOf(request, linkId)
    if (place instanceof Response) return place
    const { link, found } = place
    // Who has a pass by this link already is not asked again.
    if (this.#isKnown(request, link)) return this.#enter(request, link, found)
    return this.#show(request, link, found, this.deps.sharing.entrance.begin(link))
  }

  async take(request: Request, linkId: string, entries: Entries): Promise<Response> {
    const place = this.#placeOf(request, linkId)
    if (place instanceof Response) return place
    const { link, found } = place
    const { password, email, code, proof }: Sent = Object.fromEntries(entries)
    const told = {
      title: found.capsule.title,
      team: found.organization.name,
      language: gateLanguage(request.headers.get('accept-language')),
    }
    const taken = await this.deps.sharing.entrance.take(request, link, { password, email, code, proof }, told)
    return this.#show(request, link, found, taken)
  }

  #placeOf(request: Request, linkId: string): { link: Link; found: FoundPage } | Response {
    const { sharing, assets } = this.deps
    const link = sharing.links.find(linkId)
    const found = link === undefined ? undefined : this.#capsuleOf(link)
    if (link === undefined || found === undefined) return this.pages.refuse({ state: 'absent' }, request)
    if (!sharing.entrance.isOpen(link)) return refusal(ended(), request, assets)
    if (found.state === 'found') return { link, found }
    return this.pages.refuse(found.state === 'moved' ? { state: 'absent' } : found, request)
  }

  /** Undefined when the capsule was deleted. */
  #capsuleOf({ organizationId, capsuleId }: Link): Found | undefined {
    const organization = this.deps.organizations.byId(organizationId)
    if (organization === undefined) return undefined
    try {
      const { slug } = this.deps.capsules.get(organization.id, capsuleId)
      return this.pages.find({ organization: organization.slug, capsule: slug })
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined
      throw error
    }
  }

  #isKnown(request: Request, { id, capsuleId }: Link): boolean {
    try {
      return this.deps.sharing.access.admit(capsuleId, request).way?.linkId === id
    } catch (error) {
      if (error instanceof AppError) return false
      throw error
    }
  }

  #show(request: Request, link: Link, found: FoundPage, taken: Taken): Response {
    if (taken.asks === 'nothing') return this.#enter(request, link, found, taken.cookie)
    const step = taken.asks === 'again' ? taken.step : taken
    const language = gateLanguage(request.headers.get('accept-language'))
    const words = gateWords[language]
    const fault =
      taken.asks !== 'again'
        ? undefined
        : taken.why === 'too-many'
          ? words.tooMany(Math.ceil((taken.retryAfterS ?? 60) / 60))
          : words.faults[taken.why]
    const page = renderGate(
      {
        language,
        title: found.capsule.title,
        team: found.organization.name,
        theme: found.capsule.document.theme,
        action: `/-/s/${link.id}${pageQuery(request)}`,
        ...partsOf(step),
        fault,
      },
      this.deps.assets,
    )
    const retryAfterS = taken.asks === 'again' ? taken.retryAfterS : undefined
    return new Response(page.html, {
      status: taken.asks === 'again' ? statuses[taken.why] : 200,
      headers: {
        ...pageHeaders(page, { kind: 'own' }),
        'content-language': language,
        // The address of a link is a key: no other site is told of it.
        'referrer-policy': 'no-referrer',
        ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
      },
    })
  }

  /** To the capsule. What only fetches ahead is no visit. */
  #enter(request: Request, link: Link, found: FoundPage, cookie?: string): Response {
    const isAhead = /prefetch|prerender/.test(request.headers.get('sec-purpose') ?? '')
    if (!isAhead && request.method !== 'HEAD') this.deps.sharing.entrance.count(link)
    return new Response(null, {
      status: 303,
      headers: {
        location: pathOf(found) + pageQuery(request),
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        ...(cookie !== undefined && { 'set-cookie': cookie }),
      },
    })
  }
}

function partsOf(step: Step) {
  if (step.asks === 'password') return { asks: step.asks }
  return step.asks === 'email'
    ? { asks: step.asks, proof: step.proof }
    : { asks: step.asks, proof: step.proof, email: step.email }
}

/** A link may lead to one page of the capsule: `?page=`. */
function pageQuery(request: Request): string {
  const page = new URL(request.url).searchParams.get('page') ?? ''
  return /^[\w-]{1,64}$/.test(page) ? `?page=${page}` : ''
}
