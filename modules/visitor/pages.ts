import type { Invalidation } from '../../src/cache/invalidation.ts'
import type { PageCache, Rendered } from '../../src/cache/pages.ts'
import { cacheHeaders } from '../../src/cache/rules.ts'
import { organizationTag, slugTag } from '../../src/cache/tags.ts'
import { organizationOf } from '../../src/db/ids.ts'
import type { Assets as WebAssets } from '../../src/http/assets.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import { type CapsuleChat, chatChanged } from '../ai/index.ts'
import {
  type AtAddress,
  capsuleChanged,
  type Publications,
  type Responses,
  type RichTexts,
  readVisitor,
  visitorTokenOf,
} from '../capsule/index.ts'
import { type Assets, assetChanged } from '../media/index.ts'
import { type Organization, type Organizations, organizationChanged } from '../organization/index.ts'
import { addressOf, type PageAddress, pageKey } from './address.ts'
import { generationOf } from './generation.ts'
import { pageHeaders, tagHeaders } from './headers.ts'
import { offlineList, speculationPath, speculationRules, workerScript } from './offline.ts'
import { absent, gone, keptRefusal, prefersJson, refusal } from './refusals.ts'
import type { Size } from './render/context.ts'
import { type PageInput, type RenderedPage, renderPage } from './render/page.ts'
import { addressesTag, assetTag, capsuleTag } from './tags.ts'

export interface VisitorDeps {
  /** The public origin: addresses are made of it and never of what a request says. */
  readonly origin: string
  /** Signs visitors' tokens. */
  readonly secret: string
  readonly pages: PageCache
  readonly invalidation: Invalidation
  /** The CDN that is told of every change, and so may keep pages. */
  readonly cdn?: string | undefined
  readonly organizations: Pick<Organizations, 'bySlug' | 'movedTo'>
  readonly publications: Pick<Publications, 'at'>
  readonly responses: Pick<Responses, 'submit' | 'own'>
  readonly richTexts: Pick<RichTexts, 'html'>
  readonly assets: Pick<WebAssets, 'url' | 'urls' | 'text'>
  /** Answers questions; without it nobody can ask. */
  readonly chat?: Pick<CapsuleChat, 'shown' | 'open' | 'rate' | 'conversations'>
  readonly addressOf?: AddressOf
  /** Of the code that renders: another one may render the same otherwise. */
  readonly code?: string
  /** Where an uploaded file is, and what is known of an uploaded picture. */
  readonly media?: Pick<Assets, 'pictureOf' | 'filmOf' | 'addressOf'>
  /** How large a picture of ours is. */
  readonly imageSize?: (src: string) => Size | undefined
}

export type FoundCapsule = Extract<AtAddress, { state: 'found' }>

/** What stands at a page's address. */
export type Found =
  | { readonly state: 'found'; readonly organization: Organization; readonly capsule: FoundCapsule }
  | { readonly state: 'moved'; readonly path: string }
  | { readonly state: 'gone' }
  | { readonly state: 'absent' }

/** What one visitor's own page shows besides what everybody sees. */
export type Own = Pick<PageInput, 'results' | 'answeredBefore' | 'attempts' | 'talks'>

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
    deps.invalidation.on(assetChanged, ({ subject }) => [assetTag(subject)])
  }

  async open(request: Request, address: PageAddress): Promise<Response> {
    const own = address.answered === undefined ? undefined : this.#openOwn(request, address)
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
    if (address?.normal) await this.deps.pages.warm(key, () => this.#render(address), visits)
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

  #render(address: PageAddress): Rendered {
    const found = this.find(address)
    if (found.state !== 'found') return this.#renderAbsence(found, address)
    const { organization, capsule } = found
    const tags = [organizationTag(organization.id), capsuleTag(capsule.capsuleId)]
    if (address.page === capsule.document.pages[0]?.id) return moved(`/${organization.slug}/${capsule.slug}`, tags)
    const shown = new Set<string>()
    const page = this.#page(found, address.page, {}, shown)
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

  /** The page with what this visitor's answers came to. Kept nowhere, even when there are none: its address is not the page's. */
  #openOwn(request: Request, address: PageAddress): Response | undefined {
    const found = this.find(address)
    if (found.state !== 'found') return undefined
    const { capsuleId, version } = found.capsule
    const visitor = readVisitor(this.deps.secret, visitorTokenOf(request))
    const results = visitor === undefined ? undefined : this.deps.responses.own(capsuleId, visitor, version)
    const answeredBefore = address.again ? address.answered : undefined
    return this.own(found, address.page, { results, answeredBefore }, { status: 200 })
  }

  #page(
    { organization, capsule }: Extract<Found, { state: 'found' }>,
    pageId: string | undefined,
    own: Own = {},
    shown: Set<string> = new Set(),
  ): RenderedPage | undefined {
    const { origin, richTexts, assets, media, imageSize, chat } = this.deps
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
      chat: chat?.shown(id) ?? { enabled: false, starters: [] },
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
