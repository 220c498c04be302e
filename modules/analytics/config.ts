import type { CdnConfig } from '../../src/cache/cdn/cdn.ts'

export interface AnalyticsConfig {
  /** The header in which whoever stands in front says the visitor's country; absent: nobody does, and it is unknown. */
  readonly countryHeader: string | undefined
}

/**
 * What each CDN calls it where it says so by itself (developers.cloudflare.com/network/ip-geolocation,
 * docs.bunny.net/docs/edge-scripting-headers). Fastly says it once its service is told to: then the name is given.
 */
const byCdn: Readonly<Record<CdnConfig['name'], string | undefined>> = {
  cloudflare: 'cf-ipcountry',
  bunny: 'cdn-requestcountrycode',
  fastly: undefined,
}

/**
 * A header that anybody can write is believed only where somebody in front is named who overwrites it.
 * @throws Error with one line that names the value which is not valid.
 */
export function analyticsConfig(
  env: Readonly<Record<string, string | undefined>>,
  cdn: CdnConfig | undefined,
): AnalyticsConfig {
  const given = env.ENCAPSIFY_COUNTRY_HEADER
  if (given !== undefined && !/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(given)) {
    throw new Error(`ENCAPSIFY_COUNTRY_HEADER must be the name of a header such as CF-IPCountry, not "${given}".`)
  }
  return { countryHeader: given?.toLowerCase() ?? (cdn === undefined ? undefined : byCdn[cdn.name]) }
}
