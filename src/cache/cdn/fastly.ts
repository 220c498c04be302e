import type { Cdn, CdnConfig } from './cdn.ts'

/**
 * Fastly: POST /service/{id}/purge with up to 256 surrogate keys, /purge_all, and /purge/{host}{path} for an address; 1,000
 * requests of its API an hour (www.fastly.com/documentation/reference/api/purging). Soft: what is stale may still be shown
 * while it is fetched.
 */
export function fastly({ token, zone, api = 'https://api.fastly.com' }: CdnConfig): Cdn {
  const headers = { 'fastly-key': token, accept: 'application/json' }
  return {
    name: 'fastly',
    tagsMax: 256,
    urlsMax: 1,
    burst: 100,
    msPerRequest: 3_600,
    request(purge) {
      if ('everything' in purge) return { method: 'POST', url: `${api}/service/${zone}/purge_all`, headers }
      if ('urls' in purge) {
        const url = new URL(purge.urls[0] ?? '')
        return { method: 'POST', url: `${api}/purge/${url.host}${url.pathname}`, headers }
      }
      return {
        method: 'POST',
        url: `${api}/service/${zone}/purge`,
        headers: { ...headers, 'content-type': 'application/json', 'fastly-soft-purge': '1' },
        body: JSON.stringify({ surrogate_keys: purge.tags }),
      }
    },
  }
}
