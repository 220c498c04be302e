import { describe, expect, test } from 'bun:test'
import { addressBlock, clientAddress, rememberPeer } from './client-address.ts'
import { listen } from './server.ts'

function from(peer: string, headers: Record<string, string> = {}): Request {
  const request = new Request('http://localhost/', { headers })
  rememberPeer(request, { requestIP: () => ({ address: peer }) })
  return request
}

describe('the address of a client', () => {
  const forged = { 'x-forwarded-for': '203.0.113.1', 'x-real-ip': '203.0.113.2', forwarded: 'for=203.0.113.3' }

  test('is the peer of its socket, whatever it says of itself', () => {
    const address = clientAddress(false)
    expect(address(from('192.0.2.1', { ...forged, 'fly-client-ip': '203.0.113.4' }))).toBe('192.0.2.1')
    expect(address(from('::ffff:192.0.2.1'))).toBe('192.0.2.1')
    expect(address(new Request('http://localhost/'))).toBe('unknown')
  })

  test("is what Fly's proxy saw, on Fly alone, when it is an address", () => {
    const address = clientAddress(true)
    expect(address(from('172.16.0.1', { ...forged, 'fly-client-ip': '198.51.100.7' }))).toBe('198.51.100.7')
    expect(address(from('172.16.0.1', { 'fly-client-ip': 'localhost' }))).toBe('172.16.0.1')
    expect(address(from('172.16.0.1'))).toBe('172.16.0.1')
  })

  test('is known to a route of the real server, and not before the router', async () => {
    const address = clientAddress(false)
    const seen: string[] = []
    const server = listen({
      port: 0,
      host: '127.0.0.1',
      doors: [
        (request) => {
          seen.push(address(request))
          return undefined
        },
        async (request) => {
          await request.text()
          return new Response(address(request))
        },
      ],
      onError: () => new Response('', { status: 500 }),
    })
    const answer = await fetch(`http://127.0.0.1:${server.port}/`, { method: 'POST', body: 'x' })
    expect(await answer.text()).toBe('127.0.0.1')
    expect(seen).toEqual(['unknown'])
    await server.drain()
  })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0001::', '2001:db8:1:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block)
})
