import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { problemResponse } from '../../src/http/problem.ts'
import type { Organization, Organizations } from '../organization/index.ts'
import type { Domains } from './domains.ts'
import { hostOf } from './names.ts'

/** A request as the doors are to see it, or its answer. */
export type Site = (request: Request) => Request | Response

export interface SiteDeps {
  readonly origin: string
  readonly domains: Pick<Domains, 'organizationAt'>
  readonly organizations: Pick<Organizations, 'byId' | 'bySlug' | 'movedTo'>
  /** The slug of the capsule that a site opens with. */
  readonly front: (organizationId: OrganizationId) => string | undefined
}

/** What could be read as another path by whoever parses it next. */
const twoFaced = /\.\.|\/\/|\\|%(?:2e|2f|5c)/i
const short = /^\/[a-z0-9-]+$/i
const long = /^\/([a-z0-9-]+)\/[a-z0-9-]+(?:\/|\/-\/(?:responses|questions|offline))?$/i
/** What pages load that belongs to nobody. */
const common =
  /^\/(?:sw\.js|robots\.txt|favicon\.ico|-\/(?:assets|pictures|recordings)\/.+|-\/(?:visits|vitals|speculation\.json))$/
/** What visitors' pages call, by the id of whose it is: answers, questions, the live wire, share links, files. */
const owned: readonly { readonly path: RegExp; readonly methods?: readonly string[] }[] = [
  { path: /^\/api\/v1\/capsules\/([a-z0-9_]+)\/responses$/, methods: ['POST', 'OPTIONS'] },
  { path: /^\/api\/v1\/capsules\/([a-z0-9_]+)\/questions$/, methods: ['POST', 'OPTIONS'] },
  { path: /^\/api\/v1\/capsules\/([a-z0-9_]+)\/conversations\/[\w-]+(?:\/turns\/[\w-]+\/rating)?$/ },
  { path: /^\/live\/([a-z0-9_]+)(?:\/events)?$/ },
  { path: /^\/-\/s\/([a-z0-9_]+)$/ },
  { path: /^\/-\/media\/([a-z0-9_]+)\/.+$/ },
]

/**
 * In front of all doors: a request whose host is an organization's own domain sees that organization's site and nothing else.
 * `/{capsule}` is the page of `/{organization}/{capsule}`, by the same key in every cache, because the path is written anew
 * before a door looks; the addresses that pages lead to, `/{organization}/{capsule}`, stand there too. Only the `Host` that the
 * request was sent to counts, never a header that anybody may add. Any other host is answered as it always was.
 */
export function sites({ origin, domains, organizations, front }: SiteDeps): Site {
  const ownHost = hostOf(`${origin}/`)
  const own = `//${new URL(origin).host}/`
  return (request) => {
    const { url } = request
    // What every view of a page at home pays. A request without a host has its bare path for an address.
    if (url.startsWith(own, url.indexOf('//')) || url.startsWith('/')) return request
    const host = hostOf(url)
    if (host === ownHost) return request
    const organizationId = domains.organizationAt(host)
    const organization = organizationId === undefined ? undefined : organizations.byId(organizationId)
    if (organization === undefined) return request
    return onSite(request, organization)
  }

  function onSite(request: Request, { id, slug }: Organization): Request | Response {
    const { url, method } = request
    const start = url.indexOf('/', 8)
    const query = url.indexOf('?', start)
    const end = query === -1 ? url.length : query
    const path = url.slice(start, end)
    if (twoFaced.test(path)) return nothing(request)
    if (path === '/' && isRead(method)) return opening(request, id)
    if (short.test(path) && isRead(method)) {
      return new Request(`${url.slice(0, start)}/${slug}${path}${url.slice(end)}`, request)
    }
    if (common.test(path)) return request
    const [, named = ''] = long.exec(path) ?? []
    if (named !== '') return isAt(named.toLowerCase(), id) ? request : nothing(request)
    const isOwned = owned.some(
      (one) => isOf(one.path.exec(path)?.[1], id) && (one.methods === undefined || one.methods.includes(method)),
    )
    return isOwned ? request : nothing(request)
  }

  /** Not to be kept: another capsule may be the newest in a moment. */
  function opening(request: Request, id: OrganizationId): Response {
    const capsule = front(id)
    if (capsule === undefined) return nothing(request)
    return new Response(null, { status: 302, headers: { location: `/${capsule}`, 'cache-control': 'no-store' } })
  }

  /** Whether a slug is, or was, this organization's. */
  function isAt(slug: string, id: OrganizationId): boolean {
    return (organizations.bySlug(slug) ?? organizations.movedTo(slug))?.id === id
  }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function isOf(id: string | undefined, organizationId: OrganizationId): boolean {
  try {
    return id !== undefined && organizationOf(id) === organizationId
  } catch {
    return false
  }
}

function nothing(request: Request): Response {
  return problemResponse(new AppError('not-found', 'There is nothing at this address.'), request)
}
