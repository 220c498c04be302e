import { isIP } from 'node:net'

/** What knows the peer of a request: Bun's server does. */
export interface PeerSource {
  requestIP(request: Request): { readonly address: string } | null
}

export type AddressOf = (request: Request) => string

/** When there is no socket behind a request. All such requests count as one client. */
export const unknownAddress = 'unknown'

const sources = new WeakMap<Request, PeerSource>()

/** Called at the router's door: who asks for the address later finds it, and nobody pays for it before. */
export function rememberPeer(request: Request, source: PeerSource): void {
  sources.set(request, source)
}

/**
 * The address of who sent a request: the socket's peer; on Fly, whose proxy is every socket's peer, the address that the
 * proxy saw (`Fly-Client-IP`, which it sets itself whatever a client sent). A header that a stranger can write, such as
 * `X-Forwarded-For`, is never read.
 */
export function clientAddress(onFly: boolean): AddressOf {
  return (request) => {
    const told = onFly ? request.headers.get('fly-client-ip') : null
    if (told !== null && isIP(told) !== 0) return plain(told)
    const peer = sources.get(request)?.requestIP(request)?.address
    return peer === undefined ? unknownAddress : plain(peer)
  }
}

/** What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber usually has (RFC 6177). */
export function addressBlock(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ?? '').split(':')]
  return `${all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, '') || '0')
    .join(':')}::/64`
}

/** An IPv4 peer of a socket that listens on IPv6 is an IPv4 address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
