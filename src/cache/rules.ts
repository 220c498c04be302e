/**
 * What is cached, where and for how long, by kind of content: the one table. Kept entries are evicted by their tags as soon
 * as a change is applied here, so times in this process are only a bound on what no tag tells (RFC 9111, RFC 5861, RFC 9213).
 */
export interface Rule {
  /** In this process: how long an entry answers without a look. 0: it is not kept here. */
  readonly freshMs: number
  /** After that: it still answers while it is made anew behind the answer. */
  readonly staleWhileRevalidateMs: number
  /** After that: it answers when making it anew failed. Never after its tag was evicted: then it is gone. */
  readonly staleIfErrorMs: number
  /** What browsers hear. */
  readonly cacheControl: string
  /** What shared caches hear, when that is something else. */
  readonly cdnCacheControl?: string
  /** The same where shared caches are told of every change (`src/cache/cdn/`): then they may keep it. */
  readonly purgedCdnCacheControl?: string
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const never = { freshMs: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 } as const
const immutable = 'public, max-age=31536000, immutable'

const table = {
  /** A published page. Browsers ask each time and mostly hear 304: whoever publishes sees it at once. */
  page: {
    freshMs: dayMs,
    staleWhileRevalidateMs: dayMs,
    staleIfErrorMs: 7 * dayMs,
    cacheControl: 'public, max-age=0, must-revalidate',
    cdnCacheControl: 'public, max-age=0, stale-while-revalidate=30, stale-if-error=86400',
    purgedCdnCacheControl: 'public, max-age=3600, stale-while-revalidate=30, stale-if-error=86400',
  },
  /** Nothing is at this address, or it is no longer there (negative caching). */
  absent: {
    freshMs: 10_000,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    cacheControl: 'public, max-age=0, must-revalidate',
    cdnCacheControl: 'public, max-age=2',
  },
  /** The way from an old address to the new one; short, because an owner may change his mind. */
  moved: { freshMs: 10_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, cacheControl: 'public, max-age=60' },
  /** Named by its content: a new one has a new name. */
  asset: { ...never, cacheControl: immutable },
  /** The service worker and what it reads: asked for each time, answered 304. */
  worker: {
    freshMs: dayMs,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    cacheControl: 'public, max-age=0, must-revalidate',
  },
  /** robots.txt, the icon, rules of speculation: the same for every capsule. */
  site: { ...never, cacheControl: 'public, max-age=3600' },
  oembed: { ...never, cacheControl: 'public, max-age=300' },
  /** One visitor's own. */
  own: { ...never, cacheControl: 'private, no-store' },
  /** What the API answers, unless a route says otherwise. */
  api: { ...never, cacheControl: 'no-store' },
} as const satisfies Readonly<Record<string, Rule>>

export type Kind = keyof typeof table

export const rules: Readonly<Record<Kind, Rule>> = table

/** The two headers of a kind. `purged`: shared caches are told of every change. */
export function cacheHeaders(kind: Kind, purged = false): Record<string, string> {
  const { cacheControl, cdnCacheControl, purgedCdnCacheControl } = rules[kind]
  const shared = (purged ? purgedCdnCacheControl : undefined) ?? cdnCacheControl
  return { 'cache-control': cacheControl, ...(shared !== undefined && { 'cdn-cache-control': shared }) }
}
