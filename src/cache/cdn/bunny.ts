import type { Cdn, CdnConfig } from './cdn.ts'

/**
 * Bunny: POST /pullzone/{id}/purgeCache, with one CacheTag or without for everything, and /purge?url= for an address
 * (docs.bunny.net/reference/pullzonepublic_purgecachepostbytag).
 */
export function bunny({ token, zone, api = 'https://api.bunny.net' }: CdnConfig): Cdn {
  const headers = { accesskey: token, 'content-type': 'application/json' }
  return {
    name: 'bunny',
    tagsMax: 1,
    urlsMax: 1,
    burst: 20,
    msPerRequest: 500,
    request(purge) {
      if ('urls' in purge) {
        const url = `${api}/purge?url=${encodeURIComponent(purge.urls[0] ?? '')}&async=true`
        return { method: 'POST', url, headers }
      }
      const body = 'tags' in purge ? { body: JSON.stringify({ CacheTag: purge.tags[0] }) } : {}
      return { method: 'POST', url: `${api}/pullzone/${zone}/purgeCache`, headers, ...body }
    },
  }
}
