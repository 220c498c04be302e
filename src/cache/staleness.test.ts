import { describe, expect, test } from 'bun:test'
import { PageCache, type Rendered } from './pages.ts'
import { rules } from './rules.ts'

const request = (headers: Record<string, string> = {}) => new Request('http://localhost/', { headers })
const page = (body: string): Rendered => ({ body, headers: {}, tags: ['t'] })
const broken = (): Rendered => {
  throw new Error('broken')
}

function clocked() {
  const clock = { nowMs: 1_000_000 }
  return { clock, cache: new PageCache(1_048_576, { nowMs: () => clock.nowMs }) }
}

describe('past its time a page', () => {
  test('answers once more while it is made anew behind the answer', async () => {
    const { clock, cache } = clocked()
    await cache.answerOrRender('/x', request(), () => page('one'))
    clock.nowMs += rules.page.freshMs + 5_000
    expect(cache.answer('/x', request())).toBeUndefined()
    const stale = await cache.answerOrRender('/x', request(), () => page('two'))
    expect([await stale.text(), stale.headers.get('cache-status')]).toEqual(['one', 'encapsify; hit; ttl=-5'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(await cache.answer('/x', request())?.text()).toBe('two')
  })

  test('answers when it cannot be made anew, and no longer than its rule says', async () => {
    const { clock, cache } = clocked()
    await cache.answerOrRender('/x', request(), () => page('one'))
    clock.nowMs += rules.page.freshMs + rules.page.staleWhileRevalidateMs + 1
    const stale = await cache.answerOrRender('/x', request(), broken)
    expect([await stale.text(), stale.headers.get('cache-status')]).toEqual([
      'one',
      'encapsify; fwd=stale; detail=error',
    ])
    clock.nowMs += rules.page.staleIfErrorMs
    expect(cache.answerOrRender('/x', request(), broken)).rejects.toThrow('broken')
  })

  test('never answers once its tag was evicted, whatever goes wrong', async () => {
    const { cache } = clocked()
    await cache.answerOrRender('/x', request(), () => page('one'))
    cache.evictTag('t')
    expect(cache.answerOrRender('/x', request(), broken)).rejects.toThrow('broken')
  })

  test('is not answered when it is evicted while it is made anew in vain', async () => {
    const { clock, cache } = clocked()
    await cache.answerOrRender('/x', request(), () => page('one'))
    clock.nowMs += rules.page.freshMs + rules.page.staleWhileRevalidateMs + 1
    const asked = cache.answerOrRender('/x', request(), async () => {
      cache.evictTag('t')
      throw new Error('broken')
    })
    expect(asked).rejects.toThrow('broken')
  })
})

test('absence is kept for a short time, and gone with a change', async () => {
  const { clock, cache } = clocked()
  let renders = 0
  const absent = (): Rendered => {
    renders++
    return { body: 'none', status: 404, kind: 'absent', headers: { vary: 'Accept' }, tags: ['a'] }
  }
  for (let n = 0; n < 3; n++) expect((await cache.answerOrRender('/x', request(), absent)).status).toBe(404)
  expect(renders).toBe(1)
  expect(cache.answer('/x', request())).toBeUndefined()
  clock.nowMs += rules.absent.freshMs
  const later = await cache.answerOrRender('/x', request(), absent)
  expect([renders, later.headers.get('vary')]).toEqual([2, 'Accept, Accept-Encoding'])
  cache.evictTag('a')
  expect(await (await cache.answerOrRender('/x', request(), () => page('there'))).text()).toBe('there')
  expect(cache.answer('/x', request())?.status).toBe(200)
})

test('a purge of a path takes its pages and nothing beside it', async () => {
  const { cache } = clocked()
  for (const key of ['/a/b', '/a/b?page=two', '/a/bc', '/a']) {
    await cache.answerOrRender(key, request(), () => page(key))
  }
  cache.evictTag('path:/a/b')
  const left = ['/a/b', '/a/b?page=two', '/a/bc', '/a'].filter((key) => cache.answer(key, request()) !== undefined)
  expect(left).toEqual(['/a/bc', '/a'])
  cache.evictTag('*')
  expect(cache.size).toBe(0)
})

test('what is rendered while a path or everything is purged is not kept', async () => {
  const { cache } = clocked()
  for (const tag of ['path:/a/b', '*']) {
    await cache.answerOrRender('/a/b', request(), async () => {
      await Promise.resolve()
      cache.evictTag(tag)
      return page('old')
    })
    expect(cache.answer('/a/b', request())).toBeUndefined()
  }
})

test('nothing with a cookie is ever kept for everybody', async () => {
  const { cache } = clocked()
  const withCookie = () => ({ ...page('x'), headers: { 'Set-Cookie': 'a=b' } })
  expect(cache.answerOrRender('/x', request(), withCookie)).rejects.toThrow('cookie')
  expect(cache.size).toBe(0)
})
