import { cacheHeaders, type Kind } from '../../src/cache/rules.ts'
import type { RenderedPage } from './render/page.ts'

const guards = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

export interface PageKind {
  /** By which rule it is cached, here and elsewhere (`src/cache/rules.ts`). */
  readonly kind: Kind
  readonly indexed?: boolean
  /** What a change of makes it wrong: shared caches are told by these. */
  readonly tags?: readonly string[]
  /** The CDN that is told of every change. */
  readonly cdn?: string | undefined
}

/** The headers of a page: the same for everybody, or one visitor's own. */
export function pageHeaders(page: RenderedPage, { kind, indexed = false, tags = [], cdn }: PageKind) {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': page.csp,
    ...cacheHeaders(kind, cdn !== undefined),
    ...tagHeaders(tags, cdn),
    // What is one visitor's own is asked of no cache (RFC 9211); of all else the cache says it.
    ...(kind === 'own' && { 'cache-status': 'encapsify; fwd=bypass' }),
    ...guards,
    ...(!indexed && { 'x-robots-tag': 'noindex' }),
    ...(page.links.length > 0 && { link: page.links.join(', ') }),
  }
}

/** The same tags in the words of Cloudflare and of Fastly, which take them away again, and of Bunny where it is in front. */
export function tagHeaders(tags: readonly string[], cdn?: string): Record<string, string> {
  if (tags.length === 0) return {}
  const all = tags.join(',')
  return { 'cache-tag': all, 'surrogate-key': tags.join(' '), ...(cdn === 'bunny' && { 'cdn-tag': all }) }
}
