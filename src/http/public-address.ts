import { lookup } from 'node:dns/promises'
import type { RequestOptions } from 'node:http'
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/** IPv4 that is not the public internet (IANA's special-purpose registry, RFC 6890): prefix and length. */
const special4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Of IPv6 only global unicast is public; inside it, what leads to IPv4 or nowhere (RFC 4380, 3056, 3849, 9637). */
const special6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const closed = new BlockList()
for (const [prefix, length] of special4) closed.addSubnet(prefix, length, 'ipv4')
for (const [prefix, length] of special6) closed.addSubnet(prefix, length, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an address is on the public internet: not private, loopback, link-local (cloud metadata is), shared, multicast,
 * reserved, nor an IPv6 address that stands for such a one (mapped, translated and tunnelled ones are all outside of what is
 * public here).
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  return isIPv6(address) && global6.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** What tests, and installations whose receivers are in their own network, put in the place of the internet. */
export interface Internet {
  readonly resolve?: (host: string) => Promise<readonly string[]>
  readonly isAllowed?: (address: string) => boolean
}

/** The address that a connection may go to, or why there is none. */
export type CheckedHost =
  | { readonly state: 'allowed'; readonly address: string }
  | { readonly state: 'unknown' }
  | { readonly state: 'private' }

/**
 * Resolves a URL's host once. The connection then goes to the address that was checked (`lookup: to(address)`): an answer of
 * the name server that changes meanwhile changes nothing.
 */
export async function checkHost(hostname: string, internet: Internet = {}): Promise<CheckedHost> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await (internet.resolve ?? resolve)(host).catch(() => []) : [host]
  const [address] = addresses
  if (address === undefined) return { state: 'unknown' }
  // One private address among public ones is how rebinding begins.
  if (!addresses.every(internet.isAllowed ?? isPublicAddress)) return { state: 'private' }
  return { state: 'allowed', address }
}

async function resolve(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map((one) => one.address)
}

/** `lookup` of a request whose host was checked: the name stays, for its Host and its certificate; where it leads is decided. */
export function to(address: string): NonNullable<RequestOptions['lookup']> {
  return (_host, _options, done) => done(null, [{ address, family: isIP(address) }])
}
