import { isIP } from 'node:net'

export interface DomainsConfig {
  /** Name servers that are asked for proofs; none: those of the machine. */
  readonly nameServers: readonly string[]
  /** On Fly: the app whose proxy holds the certificates. */
  readonly flyApp: string | undefined
  /** Given: certificates are asked for by Fly's API. */
  readonly flyToken: string | undefined
}

/**
 * ENCAPSIFY_DNS (addresses, with ports where they are not 53), ENCAPSIFY_FLY_TOKEN and FLY_APP_NAME.
 * @throws Error with one line that names the value which is not valid.
 */
export function domainsConfig({
  ENCAPSIFY_DNS: servers = '',
  ENCAPSIFY_FLY_TOKEN: flyToken,
  FLY_APP_NAME: flyApp,
}: Readonly<Record<string, string | undefined>>): DomainsConfig {
  const nameServers = servers
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const wrong = nameServers.find((one) => !isServer(one))
  if (wrong !== undefined) {
    throw new Error(`ENCAPSIFY_DNS must be addresses such as 9.9.9.9 or 127.0.0.1:5353, not "${wrong}".`)
  }
  if (flyToken !== undefined && !/^[\x20-\x7e]+$/.test(flyToken)) {
    throw new Error('ENCAPSIFY_FLY_TOKEN must be a token as "fly tokens create deploy" prints it.')
  }
  if (flyToken !== undefined && flyApp === undefined) {
    throw new Error('ENCAPSIFY_FLY_TOKEN is for an app on Fly: FLY_APP_NAME is not set.')
  }
  return { nameServers, flyApp, flyToken }
}

function isServer(text: string): boolean {
  const [, six, four, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  return isIP(six ?? four ?? text) !== 0 && Number(port) <= 65_535
}
