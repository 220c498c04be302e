import type { RenderedPage } from './render/page.ts'

/**
 * Browsers ask each time and mostly hear 304; shared caches may answer with the last copy for half a minute while they ask
 * (RFC 9213, RFC 5861). `must-revalidate` is for browsers alone: whoever publishes sees it at once.
 */
const shared = {
  'cache-control': 'public, max-age=0, must-revalidate',
  'cdn-cache-control': 'public, max-age=0, stale-while-revalidate=30',
}
const own = { 'cache-control': 'private, no-store' }

const guards = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** The headers of a page: the same for everybody, or one visitor's own. */
export function pageHeaders(page: RenderedPage, { indexed, isOwn }: { indexed: boolean; isOwn: boolean }) {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': page.csp,
    ...(isOwn ? own : shared),
    ...guards,
    ...(!indexed && { 'x-robots-tag': 'noindex' }),
    ...(page.links.length > 0 && { link: page.links.join(', ') }),
  }
}
