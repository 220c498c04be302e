import type { Rendered } from '../../src/cache/pages.ts'
import { cacheHeaders } from '../../src/cache/rules.ts'
import { organizationTag, slugTag } from '../../src/cache/tags.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { chatChanged } from '../ai/index.ts'
import { type Admission, capsuleChanged, publicAdmission, readVisitor, visitorTokenOf } from '../capsule/index.ts'
import { assetChanged } from '../media/index.ts'
import { organizationChanged } from '../organization/index.ts'
import { accessChanged } from '../sharing/index.ts'
import { addressOf, type PageAddress, pageKey } from './address.ts'
import type { Found, Own, VisitorDeps } from './deps.ts'
import { generationOf } from './generation.ts'
import { pageHeaders, tagHeaders } from './headers.ts'
import { offlineList, speculationPath, speculationRules, workerScript } from './offline.ts'
import { pathOf } from './places.ts'
import { absent, gone, keptRefusal, prefersJson, refusal } from './refusals.ts'
import { type RenderedPage, renderPage } from './render/page.ts'
import { addressesTag, assetTag, capsuleTag } from './tags.ts'

/** The pages of published capsules: found, rendered, kept until something changes. */
export class VisitorPages {
  constructor(private readonly deps: VisitorDeps) {
    deps.invalidation.on(capsuleChanged, ({ subject, organizationId }) => [
      capsuleTag(subject),
      addressesTag(organizationId ?? ''),
    ])
    deps.invalidation.on(chatChanged, ({ subject }) => [capsuleTag(subject)])
    deps.invalidation.on(organizationChanged, ({ subject, payload }) => [
      organizationTag(subject),
      addressesTag(subject),
      ...(payload as { slugs: string[] }).slugs.map(slugTag),
    ])
    deps.invalidation.on(accessChanged, ({ subject }) => [capsuleTag(subject)])
    deps.invalidation.on(assetChanged, ({ subject }) => [assetTag(subject)])
  }

  async open(request: Request, address: PageAddress): Promise<Response> {
    const own = this.#openOwn(request, address)
    if (own !== undefined) return own
    const key = keyOfPage(address)
    // What is kept of an address that shows nothing is a page for people; its redirects carry no query of anybody's.
    const isPlain =
      address.normal && address.query === queryOf(address) && !prefersJson(request.headers.get('accept') ?? '')
    if (!isPlain) {
      const elsewhere = this.#elsewhere(request, address)
      if (elsewhere !== undefined) return elsewhere
    }
    return this.deps.pages.answerOrRender(key, request, () => this.#render(address))
  }

  /** What the service worker lays down of a capsule, kept and evicted with its pages. */
  async offline(request: Request, address: PageAddress): Promise<Response> {
    const found = this.find(address)
    if (found.state !== 'found') return this.refuse(found.state === 'moved' ? { state: 'absent' } : found, request)
    if (this.isPrivate(found)) return this.refuse({ state: 'absent' }, request)
    return this.deps.pages.answerOrRender(`/${address.organization}/${address.capsule}/-/offline`, request, () => {
      const path = `/${found.organization.slug}/${found.capsule.slug}`
      const tags = [organizationTag(found.organization.id), capsuleTag(found.capsule.capsuleId)]
      const { cdn, assets } = this.deps
      return {
        body: offlineList(found.capsule.document, { path, generation: this.#generationOf(found) }, assets),
        headers: {
          'content-type': 'application/json',
          ...cacheHeaders('page', cdn !== undefined),
          ...tagHeaders(tags, cdn),
          'x-content-type-options': 'nosniff',
        },
        tags,
      }
    })
  }

  worker(request: Request): Promise<Response> {
    return this.deps.pages.answerOrRender('/sw.js', request, () => workerScript(this.deps.assets))
  }

  speculation(request: Request): Promise<Response> {
    return this.deps.pages.answerOrRender(speculationPath, request, speculationRules)
  }

  /** Makes the page of a key ready before anybody asks. */
  async warm(key: string, visits: number): Promise<void> {
    const address = addressOf(`http://-${key}`)
    if (address?.normal && !this.#isPrivateAt(address))
      await this.deps.pages.warm(key, () => this.#render(address), visits)
  }

  find(address: Pick<PageAddress, 'organization' | 'capsule'>): Found {
    const named = this.deps.organizations.bySlug(address.organization)
    const organization = named ?? this.deps.organizations.movedTo(address.organization)
    if (organization === undefined) return { state: 'absent' }
    const capsule = this.deps.publications.at(organization.id, address.capsule)
    if (capsule.state === 'moved') return { state: 'moved', path: `/${organization.slug}/${capsule.slug}` }
    if (capsule.state !== 'found') return { state: capsule.state }
    if (named === undefined) return { state: 'moved', path: `/${organization.slug}/${capsule.slug}` }
    return { state: 'found', organization, capsule }
  }

  /** On what terms a visitor sees a capsule. @throws AppError forbidden. */
  admit({ capsule }: Extract<Found, { state: 'found' }>, request: Request): Admission {
    return this.deps.sharing.access.admit(capsule.capsuleId, request)
  }

  isPrivate({ capsule }: Extract<Found, { state: 'found' }>): boolean {
    return this.deps.sharing.access.isPrivate(capsule.capsuleId)
  }

  /** One visitor's own page. @param pageId undefined: the first. */
  own(
    found: Extract<Found, { state: 'found' }>,
    pageId: string | undefined,
    own: Own,
    init: { status: number; headers?: Record<string, string> },
  ): Response {
    const page = this.#page(found, pageId, own) ?? this.#page(found, undefined, own)
    if (page === undefined) throw new Error('A capsule has at least one page.')
    const headers = { ...pageHeaders(page, { kind: 'own' }), ...init.headers }
    return new Response(page.html, { status: init.status, headers })
  }

  refuse(found: Exclude<Found, { state: 'found' | 'moved' }>, request: Request): Response {
    return refusal(found.state === 'gone' ? gone() : absent(), request, this.deps.assets)
  }

  /** A redirect or a refusal that is this request's alone; undefined when there is a page for everybody. */
  #elsewhere(request: Request, address: PageAddress): Response | undefined {
    const found = this.find(address)
    if (found.state === 'moved') return redirect(found.path + address.query)
    if (found.state !== 'found') return this.refuse(found, request)
    const { organization, capsule } = found
    const { pages } = capsule.document
    if (address.page !== undefined && !pages.some((page) => page.id === address.page)) {
      return this.refuse({ state: 'absent' }, request)
    }
    const first = address.page === pages[0]?.id
    if (address.normal && !first) return undefined
    const query = first ? withoutPage(address.query) : address.query
    return redirect(`/${organization.slug}/${capsule.slug}${query}`)
  }

  #render(address: PageAddress): Rendered | Response {
    const found = this.find(address)
    if (found.state !== 'found') return this.#renderAbsence(found, address)
    // It was closed in this moment: who asks again is asked who they are.
    if (this.isPrivate(found))
      return new Response(null, { status: 303, headers: { location: pathOf(found), ...cacheHeaders('own') } })
    const { organization, capsule } = found
    const tags = [organizationTag(organization.id), capsuleTag(capsule.capsuleId)]
    if (address.page === capsule.document.pages[0]?.id) return moved(`/${organization.slug}/${capsule.slug}`, tags)
    const shown = new Set<string>()
    const page = this.#page(found, address.page, { admission: publicAdmission }, shown)
    if (page === undefined) return keptRefusal(absent(), tags, this.deps.assets)
    tags.push(...[...shown].map(assetTag))
    const indexed = capsule.document.settings?.indexed === true
    const headers = {
      ...pageHeaders(page, { kind: 'page', indexed, tags, cdn: this.deps.cdn }),
      'encapsify-generation': this.#generationOf(found),
      ...(capsule.document.pages.length > 1 && { 'speculation-rules': `"${speculationPath}"` }),
    }
    return { body: page.html, headers, tags }
  }

  #generationOf(found: Extract<Found, { state: 'found' }>): string {
    return generationOf(found, this.deps.code ?? '')
  }

  /** Under tags of its own: whatever comes to be at this address, its change names one of them. */
  #renderAbsence(found: Exclude<Found, { state: 'found' }>, address: PageAddress): Rendered {
    const { organizations } = this.deps
    const organization = organizations.bySlug(address.organization) ?? organizations.movedTo(address.organization)
    const tags = [slugTag(address.organization)]
    if (organization !== undefined) tags.push(addressesTag(organization.id))
    if (found.state === 'moved') return moved(found.path + queryOf(address), tags)
    return keptRefusal(found.state === 'gone' ? gone() : absent(), tags, this.deps.assets)
  }

  /**
   * The page with what this visitor's answers came to, kept nowhere even when there are none: its address is not the page's. Of
   * a private capsule every page is such a page. @throws AppError forbidden.
   */
  #openOwn(request: Request, address: PageAddress): Response | undefined {
    if (address.answered === undefined && !this.#isPrivateAt(address)) return undefined
    const found = this.find(address)
    if (found.state !== 'found') return undefined
    const admission = this.admit(found, request)
    const { pages } = found.capsule.document
    if (admission.isPrivate && address.page !== undefined && !pages.some((page) => page.id === address.page)) {
      return this.refuse({ state: 'absent' }, request)
    }
    const { capsuleId, version } = found.capsule
    const visitor = readVisitor(this.deps.secrets, visitorTokenOf(request))
    const results = visitor === undefined ? undefined : this.deps.responses.own(capsuleId, visitor, version)
    const answeredBefore = address.again ? address.answered : undefined
    return this.own(found, address.page, { results, answeredBefore, admission }, { status: 200 })
  }

  #isPrivateAt(address: PageAddress): boolean {
    const found = this.find(address)
    return found.state === 'found' && this.isPrivate(found)
  }

  #page(
    { organization, capsule }: Extract<Found, { state: 'found' }>,
    pageId: string | undefined,
    { admission, ...own }: Own,
    shown: Set<string> = new Set(),
  ): RenderedPage | undefined {
    const { origin, richTexts, assets, imageSize, chat, guard } = this.deps
    const media = admission.isPrivate ? guard?.forPrivatePage(admission.untilMs) : this.deps.media
    /** A file of another organization is none of this page's, whatever its document says. */
    const ours = (assetId: string) => {
      if (!belongsTo(assetId, organization.id)) return false
      shown.add(assetId)
      return true
    }
    const { capsuleId: id, slug, title, version, document } = capsule
    return renderPage({
      origin,
      organization,
      capsule: { id, slug, title, version },
      document,
      pageId,
      ...own,
      downloads: admission.downloads,
      chat: chat?.shown(id) ?? { enabled: false, starters: [], leads: 'never' },
      assets,
      richText: (content, block) => richTexts.html({ capsuleId: id, version, block }, content),
      mediaUrl: (assetId) => (ours(assetId) ? media?.addressOf(assetId) : undefined),
      picture: (assetId) => (ours(assetId) ? media?.pictureOf(assetId) : undefined),
      film: (assetId) => (ours(assetId) ? media?.filmOf(assetId) : undefined),
      imageSize,
    })
  }
}

function keyOfPage(address: PageAddress): string {
  return pageKey(`/${address.organization}/${address.capsule}`, address.page)
}

/** The query of a page's one address. */
function queryOf({ page }: PageAddress): string {
  return page === undefined ? '' : `?page=${page}`
}

function belongsTo(id: string, organizationId: string): boolean {
  try {
    return organizationOf(id) === organizationId
  } catch {
    return false
  }
}

/** To the one address of a page. */
function redirect(location: string): Response {
  return new Response(null, { status: 301, headers: { location, ...cacheHeaders('moved') } })
}

function moved(location: string, tags: readonly string[]): Rendered {
  const headers = { location, ...cacheHeaders('moved'), ...tagHeaders(tags) }
  return { body: '', status: 301, kind: 'moved', headers, tags }
}

function withoutPage(query: string): string {
  const parameters = new URLSearchParams(query)
  parameters.delete('page')
  return parameters.size === 0 ? '' : `?${parameters}`
}
