import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { originCheck } from './origin-check.ts'
import { problems } from './problem.ts'

const app = new Elysia()
  .use(problems({ reportBug: () => {}, methodsAt: () => [] }))
  .use(originCheck({ origin: 'https://capsules.example.com', cookie: 'session' }))
  .all('/api/v1/things', () => 'done')
  .post('/elsewhere', () => 'done')

async function send(method: string, headers: Record<string, string>, url = 'http://node.internal/api/v1/things') {
  const answer = await app.handle(new Request(url, { method, headers }))
  return answer.status
}

const cookie = 'a=b; session=x'

describe('an unsafe request with a session', () => {
  test.each([
    ['our origin', { origin: 'https://capsules.example.com' }],
    ['the origin it was sent to', { origin: 'http://node.internal' }],
    ['the same, behind a proxy that speaks TLS', { origin: 'https://node.internal' }],
    ["no origin and the browser's word", { 'sec-fetch-site': 'same-origin' }],
    ["no origin and the user's own hand", { 'sec-fetch-site': 'none' }],
  ])('passes with %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(await send(method, { cookie, ...headers })).toBe(200)
  })

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a neighbour', { origin: 'https://evil.capsules.example.com' }],
    ['another port', { origin: 'https://capsules.example.com:8443' }],
    ['our origin without TLS', { origin: 'http://capsules.example.com' }],
    ['a hidden origin', { origin: 'null' }],
    ['an origin that contradicts', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    ['no origin, from another site', { 'sec-fetch-site': 'cross-site' }],
    ['no origin, from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['nothing at all', {}],
  ])('is refused with %s', async (_, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(await send(method, { cookie, ...headers })).toBe(403)
  })
})

test.each([
  ['reads', 'GET', { cookie, origin: 'https://evil.example' }],
  ['keys without a cookie', 'POST', { authorization: 'Bearer enc_x', origin: 'https://other.example' }],
  ['strangers', 'POST', { origin: 'https://other.example' }],
  ['cookies of other names', 'POST', { cookie: 'xsession=1; session2=2', origin: 'https://other.example' }],
])('%s need no check', async (_, method, headers) => {
  expect(await send(method, headers)).toBe(200)
})

test('a visitor’s form outside of the API is not ours to judge', async () => {
  expect(await send('POST', { cookie, origin: 'null' }, 'http://node.internal/elsewhere')).toBe(200)
})

test('the refusal says what to do', async () => {
  const answer = await app.handle(
    new Request('http://node.internal/api/v1/things', { method: 'POST', headers: { cookie } }),
  )
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.text()).toContain('Origin: https://capsules.example.com')
})
