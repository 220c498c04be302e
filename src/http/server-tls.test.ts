import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { selfSigned } from '../../test/fixtures/certificate.ts'
import { readCertificate } from './certificate.ts'
import { listen } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'encapsify-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
const lay = (made: { cert: string; key: string }) => {
  writeFileSync(files.cert, made.cert)
  writeFileSync(files.key, made.key)
}
const onError = () => new Response('broken', { status: 500 })

function greet(port: number, protocols: string[]): Promise<{ serial: string; protocol: string | false | null }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: protocols }, () => {
      resolve({ serial: socket.getPeerCertificate().serialNumber, protocol: socket.alpnProtocol })
      socket.end()
    })
    socket.on('error', reject)
  })
}

test('HTTP/3, HTTP/2 and HTTP/1.1 over TLS; another certificate without a restart', async () => {
  lay(selfSigned(1))
  const server = listen({
    port: 0,
    host: '127.0.0.1',
    doors: [(request) => new Response(`${request.method} ${new URL(request.url).pathname}`)],
    onError,
    certificate: readCertificate(files),
  })
  const ask = (protocol: 'http3' | 'http2' | 'http1.1') =>
    fetch(`https://127.0.0.1:${server.port}/a`, { protocol, tls: { rejectUnauthorized: false } })
  for (const protocol of ['http3', 'http2', 'http1.1'] as const) {
    const answer = await ask(protocol)
    expect(await answer.text()).toBe('GET /a')
    // Whoever came by HTTP/3 knows the way.
    if (protocol !== 'http3') expect(answer.headers.get('alt-svc')).toContain(`h3=":${server.port}"`)
  }
  expect(await greet(server.port, ['h2', 'http/1.1'])).toEqual({ serial: '01', protocol: 'h2' })
  lay(selfSigned(2))
  server.renew(readCertificate(files))
  for (let n = 0; n < 5; n++) expect((await greet(server.port, ['http/1.1'])).serial).toBe('02')
  for (const protocol of ['http3', 'http2'] as const) expect(await (await ask(protocol)).text()).toBe('GET /a')
  await server.drain()
})

test('a port that somebody has is not shared with them', () => {
  lay(selfSigned(3))
  const other = Bun.listen({ port: 0, hostname: '127.0.0.1', socket: { data() {} } })
  const certificate = readCertificate(files)
  expect(() => listen({ port: other.port, host: '127.0.0.1', doors: [], onError, certificate })).toThrow()
  other.stop(true)
})

test.each([
  ['a certificate that is none', () => lay({ cert: 'nothing', key: selfSigned(4).key }), 'holds no certificate'],
  ['a key that is none', () => lay({ cert: selfSigned(4).cert, key: 'nothing' }), 'holds no private key'],
  ['another one’s key', () => lay({ cert: selfSigned(4).cert, key: selfSigned(5).key }), 'does not belong'],
  ['a file that is not there', () => rmSync(files.key), 'cannot be read'],
])('%s is told in one line', (_, prepare, words) => {
  prepare()
  expect(() => readCertificate(files)).toThrow(words)
})
