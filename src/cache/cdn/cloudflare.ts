import type { Cdn, CdnConfig, Purge } from './cdn.ts'

/**
 * Cloudflare: POST /zones/{zone}/purge_cache with tags, files or purge_everything; at most 100 of them a request, and on the
 * free plan 5 requests a minute after a burst of 25 (developers.cloudflare.com/cache/how-to/purge-cache).
 */
export function cloudflare({ token, zone, api = 'https://api.cloudflare.com/client/v4' }: CdnConfig): Cdn {
  return {
    name: 'cloudflare',
    tagsMax: 100,
    urlsMax: 100,
    burst: 25,
    msPerRequest: 12_000,
    request: (purge) => ({
      method: 'POST',
      url: `${api}/zones/${zone}/purge_cache`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(purge)),
    }),
    isRefusal: (body) => typeof body === 'object' && body !== null && 'success' in body && body.success === false,
  }
}

function bodyOf(purge: Purge): object {
  if ('everything' in purge) return { purge_everything: true }
  return 'tags' in purge ? { tags: purge.tags } : { files: purge.urls }
}
