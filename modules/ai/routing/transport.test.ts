import { afterEach, describe, expect, test } from 'bun:test'
import { type MockProvider, startMockProvider, streamBytes } from '../testing/mock-provider.ts'
import { fetchTransport, type Transport } from './transport.ts'
import { socketTransport, wideTransport } from './wide-transport.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function provider(): MockProvider {
  const mock = startMockProvider()
  closing.push(() => mock.close())
  return mock
}

const send = (transport: Transport, mock: MockProvider, stream: boolean, signal = new AbortController().signal) =>
  transport({
    url: `${mock.url}/chat/completions`,
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'Grüße' }] }),
    signal,
  })

/** One contract for each way. */
describe.each([
  ['fetch', fetchTransport],
  ['sockets', socketTransport],
] as const)('by %s', (_name, transport) => {
  test('a whole answer', async () => {
    const mock = provider()
    const answer = await send(transport, mock, false)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toMatchObject({ model: 'm' })
    expect(mock.requests[0]?.body.messages).toEqual([{ role: 'user', content: 'Grüße' }])
  })

  test('a stream, byte for byte', async () => {
    const mock = provider()
    mock.behave('split-bytes')
    const answer = await send(transport, mock, true)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(streamBytes('m', mock.words, true))
  })

  test('a redirect is an answer and not a way', async () => {
    const mock = provider()
    mock.behave('redirect')
    expect((await send(transport, mock, false)).status).toBe(302)
    expect(mock.requests).toHaveLength(1)
  })

  test('who aborts lets the provider go, before the answer and within it', async () => {
    const mock = provider()
    mock.behave('hang', 'hang-after-role')
    for (const when of ['before', 'within'] as const) {
      const left = new AbortController()
      const gone = mock.onAbort()
      const answer = send(transport, mock, true, left.signal)
      if (when === 'within') await (await answer).body?.getReader().read()
      else while (mock.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
      left.abort()
      if (when === 'before') await expect(answer).rejects.toThrow()
      await gone
    }
    expect(mock.aborted).toBe(2)
  })

  test('an address where nobody is', async () => {
    const mock = startMockProvider()
    await mock.close()
    await expect(send(transport, mock, false)).rejects.toThrow()
  })
})

test('more calls are under way than fetch has room for', async () => {
  const mock = provider()
  mock.behave('wait-for-release')
  let underWay = 0
  const transport = wideTransport(() => underWay)
  const answers = Array.from({ length: 400 }, () => {
    underWay++
    return send(transport, mock, false).then((answer) => answer.text())
  })
  while (mock.requests.length < 400) await new Promise((resolve) => setImmediate(resolve))
  mock.release()
  expect(new Set(await Promise.all(answers)).size).toBe(1)
})
