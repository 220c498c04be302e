import { describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { compressed } from './compressed.ts'
import { keepPrivate } from './private-answers.ts'

const ask = (accept?: string, method = 'GET') =>
  new Request('http://localhost/api/v1/x', {
    method,
    headers: accept === undefined ? {} : { 'accept-encoding': accept },
  })
const long = { items: Array.from({ length: 200 }, (_, n) => ({ id: n, title: 'A capsule' })) }

describe('JSON', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ] as const)('above a size goes as %s to who takes it', async (encoding, unpack) => {
    const answer = await compressed(ask(encoding), Response.json(long, { status: 201, headers: { etag: '"7"' } }))
    expect([answer.status, answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([
      201,
      encoding,
      'Accept-Encoding',
    ])
    expect(answer.headers.get('etag')).toBe('"7"')
    expect(JSON.parse(unpack(await answer.bytes()).toString())).toEqual(long)
  })

  test('goes as it is when it is short, when nobody asked, or when nonsense was asked', async () => {
    for (const [accept, body] of [
      ['gzip', { a: 1 }],
      [undefined, long],
      ['x'.repeat(5_000), long],
      ['identity', long],
    ] as const) {
      const answer = await compressed(ask(accept), Response.json(body))
      expect(answer.headers.get('content-encoding')).toBeNull()
      expect(await answer.json()).toEqual(body)
    }
  })
})

test('streams, other types and what is packed already stay as they are', async () => {
  const csv = new Response('a,b\n'.repeat(1_000), { headers: { 'content-type': 'text/csv' } })
  expect(await compressed(ask('gzip'), csv)).toBe(csv)
  const packed = Response.json(long, { headers: { 'content-encoding': 'br' } })
  expect(await compressed(ask('gzip'), packed)).toBe(packed)
  const none = new Response(null, { status: 204 })
  expect(await compressed(ask('gzip'), none)).toBe(none)
})

test('an answer with a cookie is stored by nobody; one of the API only where its route says so', () => {
  const cookie = new Response('', {
    headers: { 'set-cookie': 'a=b', 'cache-control': 'public, max-age=60', 'cdn-cache-control': 'max-age=60' },
  })
  keepPrivate(cookie, false)
  expect([cookie.headers.get('cache-control'), cookie.headers.get('cdn-cache-control')]).toEqual([
    'private, no-store',
    null,
  ])
  const silent = Response.json({})
  keepPrivate(silent, true)
  expect(silent.headers.get('cache-control')).toBe('no-store')
  const said = Response.json({}, { headers: { 'cache-control': 'private, no-cache' } })
  keepPrivate(said, true)
  expect(said.headers.get('cache-control')).toBe('private, no-cache')
})
