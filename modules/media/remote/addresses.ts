import { BlockList, isIPv4, isIPv6 } from 'node:net'

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
