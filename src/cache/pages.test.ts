import { describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { PageCache, type Rendered } from './pages.ts'

const request = (headers: Record<string, string> = {}, method = 'GET') =>
  new Request('http://localhost/', { headers, method })
const page = (body: string, ...tags: string[]): Rendered => ({
  body,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  tags,
})
const bytesMax = 1_048_576

describe('ready pages', () => {
  test('are rendered once however many ask at the same time', async () => {
    const cache = new PageCache(bytesMax)
    let renders = 0
    const render = async () => {
      renders++
      await Promise.resolve()
      return page('hello', 'a')
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => cache.answerOrRender('/x', request(), render)))
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(Array(10).fill('hello'))
    expect(renders).toBe(1)
    expect(cache.answer('/x', request())?.headers.get('cache-status')).toBe('encapsify; hit')
    expect(answers[0]?.headers.get('cache-status')).toBe('encapsify; fwd=uri-miss; stored')
  })

  test('a failed rendering fails who waits for it, and the next one tries again', async () => {
    const cache = new PageCache(bytesMax)
    const broken = async (): Promise<Rendered> => {
      await Promise.resolve()
      throw new Error('broken')
    }
    const both = await Promise.allSettled([
      cache.answerOrRender('/x', request(), broken),
      cache.answerOrRender('/x', request(), broken),
    ])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await (await cache.answerOrRender('/x', request(), () => page('well', 'a'))).text()).toBe('well')
  })

  test('a Response is passed through to each who asks, and kept for nobody', async () => {
    const cache = new PageCache(bytesMax)
    let made = 0
    const render = async () => {
      await Promise.resolve()
      return new Response(`none ${++made}`, { status: 404 })
    }
    const answers = await Promise.all([
      cache.answerOrRender('/x', request(), render),
      cache.answerOrRender('/x', request(), render),
    ])
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(['none 1', 'none 2'])
    expect(cache.bytes).toBe(0)
  })

  test('each coding holds the same page under a validator of its own', async () => {
    const cache = new PageCache(bytesMax)
    const body = `${'<p>Grüße'.repeat(500)}`
    await cache.answerOrRender('/x', request(), () => page(body, 'a'))
    const decoders = { gzip: gunzipSync, zstd: zstdDecompressSync, br: brotliDecompressSync }
    await waitUntil(
      () => cache.answer('/x', request({ 'accept-encoding': 'br' }))?.headers.get('content-encoding') === 'br',
    )
    const etags = new Set<string>()
    for (const [coding, decode] of Object.entries(decoders)) {
      const answer = cache.answer('/x', request({ 'accept-encoding': coding }))
      expect(answer?.headers.get('content-encoding')).toBe(coding)
      expect(answer?.headers.get('vary')).toBe('Accept-Encoding')
      etags.add(answer?.headers.get('etag') ?? '')
      expect(decode(await (answer as Response).bytes()).toString()).toBe(body)
    }
    const plain = cache.answer('/x', request({ 'accept-encoding': 'identity' }))
    expect(plain?.headers.get('content-encoding')).toBeNull()
    expect(await plain?.text()).toBe(body)
    etags.add(plain?.headers.get('etag') ?? '')
    expect(etags.size).toBe(4)
    for (const etag of etags) {
      expect(cache.answer('/x', request({ 'accept-encoding': 'gzip', 'if-none-match': etag }))?.status).toBe(
        etag.includes('gzip') ? 304 : 200,
      )
    }
  })

  test('take no more memory than they may, and what is too large for all of it is still answered', async () => {
    const cache = new PageCache(50_000)
    for (let n = 0; n < 100; n++) await cache.answerOrRender(`/${n}`, request(), () => page('x'.repeat(1_000), `t${n}`))
    expect(cache.bytes).toBeLessThanOrEqual(50_000)
    expect(cache.answer('/99', request())).toBeDefined()
    expect(cache.answer('/0', request())).toBeUndefined()
    const large = noise(90_000)
    expect(await (await cache.answerOrRender('/large', request(), () => page(large, 'l'))).text()).toBe(large)
    expect(cache.answer('/large', request())).toBeUndefined()
    cache.evictTag('l')
    cache.clear()
    expect(cache.bytes).toBe(0)
  })
})

/** Text that no coding makes much shorter. */
function noise(length: number): string {
  let text = ''
  for (let n = 0; text.length < length; n++) text += new Bun.CryptoHasher('sha256').update(String(n)).digest('base64')
  return text.slice(0, length)
}

/**
 * The world of the property: two subjects with a version each. A page shows one of them or both. A rendering reads all its
 * versions at one moment and takes its time afterwards; a change is applied and evicts in one step, as the databases do it.
 */
const keys: Readonly<Record<string, readonly string[]>> = { '/a': ['a'], '/b': ['b'], '/both': ['a', 'b'] }
const step = fc.oneof(
  fc.record({ do: fc.constant('ask' as const), key: fc.constantFrom(...Object.keys(keys)) }),
  fc.record({ do: fc.constant('change' as const), subject: fc.constantFrom('a', 'b') }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('finish' as const) }),
)

test('who asks after a change was applied never sees what was before it, whatever the interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.scheduler(), async (steps, scheduler) => {
      const cache = new PageCache(bytesMax)
      const versions: Record<string, number> = { a: 1, b: 1 }
      const asked: Promise<void>[] = []
      const read = (key: string) => (keys[key] ?? []).map((subject) => versions[subject] ?? 0)
      const ask = async (key: string): Promise<void> => {
        const least = read(key)
        const answer = await cache.answerOrRender(key, request(), async () => {
          const seen = read(key)
          await scheduler.schedule(Promise.resolve(), `render ${key}`)
          return page(seen.join(), ...(keys[key] ?? []))
        })
        const seen = (await answer.text()).split(',').map(Number)
        expect(seen.every((version, n) => version >= (least[n] ?? 0))).toBe(true)
      }
      for (const one of steps) {
        if (one.do === 'ask') asked.push(ask(one.key))
        else if (one.do === 'finish') {
          if (scheduler.count() > 0) await scheduler.waitOne()
        } else {
          const changed = one.do === 'clear' ? ['a', 'b'] : [one.subject]
          for (const subject of changed) versions[subject] = (versions[subject] ?? 0) + 1
          if (one.do === 'clear') cache.clear()
          else cache.evictTag(one.subject)
        }
      }
      await scheduler.waitFor(Promise.all(asked))
      for (const key of Object.keys(keys)) {
        const ready = cache.answer(key, request())
        if (ready !== undefined) expect(await ready.text()).toBe(read(key).join())
      }
    }),
    { numRuns: 300 },
  )
}, 120_000)

/** Lets background work go on until it is done. */
async function waitUntil(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}

describe('an answer says', () => {
  test('which node gave it, whatever it is, and another once the node has another role', async () => {
    let role = 'replica'
    const cache = new PageCache(bytesMax, { node: () => `region=fra; role=${role}` })
    const nodeOf = (answer: Response | undefined) => answer?.headers.get('encapsify-node')
    const first = await cache.answerOrRender('/x', request(), () => page('hello', 'a'))
    expect([nodeOf(first), nodeOf(cache.answer('/x', request()))]).toEqual(Array(2).fill('region=fra; role=replica'))
    role = 'primary'
    cache.retell()
    const known = { 'if-none-match': first.headers.get('etag') ?? '' }
    for (const asked of [request(), request(known)]) {
      expect(nodeOf(cache.answer('/x', asked))).toBe('region=fra; role=primary')
    }
  })

  test('how it came about, a 304 too (RFC 9211)', async () => {
    const cache = new PageCache(bytesMax)
    const said = (answer: Response | undefined) => [
      answer?.status,
      answer?.headers.get('cache-status'),
      answer?.headers.get('server-timing')?.replace(/dur=.*/, 'dur='),
    ]
    const render = async () => {
      await Promise.resolve()
      return page('hello', 'a')
    }
    const [made, joined] = await Promise.all([
      cache.answerOrRender('/x', request(), render),
      cache.answerOrRender('/x', request(), render),
    ])
    expect(said(made)).toEqual([200, 'encapsify; fwd=uri-miss; stored', 'cache;desc=miss, render;dur='])
    expect(said(joined)).toEqual([200, 'encapsify; fwd=uri-miss; collapsed', 'cache;desc=miss'])
    expect(said(cache.answer('/x', request()))).toEqual([200, 'encapsify; hit', 'cache;desc=hit'])
    cache.evictTag('a')
    const known = request({ 'if-none-match': made.headers.get('etag') ?? '' })
    expect(said(await cache.answerOrRender('/x', known, render)).slice(0, 2)).toEqual([
      304,
      'encapsify; fwd=uri-miss; stored',
    ])
    const overtaken = await cache.answerOrRender('/y', request(), async () => {
      await Promise.resolve()
      cache.evictTag('b')
      return page('old', 'b')
    })
    expect(said(overtaken).slice(0, 2)).toEqual([200, 'encapsify; fwd=uri-miss'])
  })
})
