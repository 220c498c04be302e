import type { PageCache, Rendered } from '../../src/cache/pages.ts'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import type { Assets as WebAssets } from '../../src/http/assets.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import { type CapsuleChat, chatChanged } from '../ai/index.ts'
import {
  type AtAddress,
  capsuleChanged,
  type Publications,
  type Responses,
  readVisitor,
  richTextToHtml,
  visitorTokenOf,
} from '../capsule/index.ts'
import { type Assets, assetChanged } from '../media/index.ts'
import { type Organization, type Organizations, organizationChanged } from '../organization/index.ts'
import { type PageAddress, pageKey } from './address.ts'
import { pageHeaders } from './headers.ts'
import { absent, gone, refusal } from './refusals.ts'
import type { Size } from './render/context.ts'
import { flat } from './render/excerpt.ts'
import { type PageInput, type RenderedPage, renderPage } from './render/page.ts'

export interface VisitorDeps {
  /** The public origin: addresses are made of it and never of what a request says. */
  readonly origin: string
  /** Signs visitors' tokens. */
  readonly secret: string
  readonly databases: Pick<Databases, 'changes'>
  readonly pages: PageCache
  readonly organizations: Pick<Organizations, 'bySlug' | 'movedTo'>
  readonly publications: Pick<Publications, 'at'>
  readonly responses: Pick<Responses, 'submit' | 'own'>
  readonly assets: Pick<WebAssets, 'url' | 'urls' | 'text'>
  /** Answers questions; without it nobody can ask. */
  readonly chat?: Pick<CapsuleChat, 'shown' | 'open' | 'rate' | 'conversations'>
  /** Where a request comes from. */
  readonly addressOf?: AddressOf
  /** Where an uploaded file is, and what is known of an uploaded picture. */
  readonly media?: Pick<Assets, 'pictureOf' | 'addressOf'>
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

const redirectSecondsMax = 60

/** The pages of published capsules: found, rendered, kept until something changes. */
export class VisitorPages {
  constructor(private readonly deps: VisitorDeps) {
    const { changes } = deps.databases
    changes.onApplied(capsuleChanged, ({ subject }) => deps.pages.evictTag(capsuleTag(subject)))
    changes.onApplied(chatChanged, ({ subject }) => deps.pages.evictTag(capsuleTag(subject)))
    changes.onApplied(organizationChanged, ({ subject }) => deps.pages.evictTag(organizationTag(subject)))
    changes.onApplied(assetChanged, ({ subject }) => deps.pages.evictTag(assetTag(subject)))
  }

  /** Answers a GET. */
  async open(request: Request, address: PageAddress): Promise<Response> {
    const own = address.answered === undefined ? undefined : this.#openOwn(request, address)
    if (own !== undefined) return own
    const render = () => this.#render(request, address)
    if (!address.normal) {
      const elsewhere = render()
      if (elsewhere instanceof Response) return elsewhere
    }
    const key = pageKey(`/${address.organization}/${address.capsule}`, address.page)
    return this.deps.pages.answerOrRender(key, request, render)
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
    const headers = { ...pageHeaders(page, { indexed: false, isOwn: true }), ...init.headers }
    return new Response(page.html, { status: init.status, headers })
  }

  refuse(found: Exclude<Found, { state: 'found' | 'moved' }>, request: Request): Response {
    return refusal(found.state === 'gone' ? gone() : absent(), request, this.deps.assets)
  }

  #render(request: Request, address: PageAddress): Rendered | Response {
    const found = this.find(address)
    if (found.state === 'moved') return redirect(found.path + address.query)
    if (found.state !== 'found') return this.refuse(found, request)
    const { organization, capsule } = found
    const shown = new Set<string>()
    const page = this.#page(found, address.page, {}, shown)
    if (page === undefined) return this.refuse({ state: 'absent' }, request)
    const first = address.page === capsule.document.pages[0]?.id
    if (!address.normal || first) {
      const query = first ? withoutPage(address.query) : address.query
      return redirect(`/${organization.slug}/${capsule.slug}${query}`)
    }
    const indexed = capsule.document.settings?.indexed === true
    return {
      body: page.html,
      headers: pageHeaders(page, { indexed, isOwn: false }),
      tags: [organizationTag(organization.id), capsuleTag(capsule.capsuleId), ...[...shown].map(assetTag)],
    }
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
    const { origin, assets, media, imageSize, chat } = this.deps
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
      richText: richTextToHtml,
      mediaUrl: (assetId) => (ours(assetId) ? media?.addressOf(assetId) : undefined),
      picture: (assetId) => (ours(assetId) ? media?.pictureOf(assetId) : undefined),
      imageSize,
    })
  }
}

export function pathOf({ organization, capsule }: Extract<Found, { state: 'found' }>): string {
  return `/${organization.slug}/${capsule.slug}`
}

/** The page that a block stands on now. */
export function pageOf({ capsule }: Extract<Found, { state: 'found' }>, block: string): string | undefined {
  return capsule.document.pages.find((page) => [...flat(page.blocks)].some((one) => one.id === block))?.id
}

function capsuleTag(id: string): string {
  return `capsule:${id}`
}

function organizationTag(id: string): string {
  return `organization:${id}`
}

function assetTag(id: string): string {
  return `asset:${id}`
}

function belongsTo(id: string, organizationId: string): boolean {
  try {
    return organizationOf(id) === organizationId
  } catch {
    return false
  }
}

/** To the one address of a page; kept for a minute, because an owner may change his mind. */
function redirect(location: string): Response {
  return new Response(null, {
    status: 301,
    headers: { location, 'cache-control': `public, max-age=${redirectSecondsMax}` },
  })
}

function withoutPage(query: string): string {
  const parameters = new URLSearchParams(query)
  parameters.delete('page')
  return parameters.size === 0 ? '' : `?${parameters}`
}
