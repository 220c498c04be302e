import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AppError } from '../../../src/errors.ts'
import { acceptedBy, chooseFormat } from './negotiation.ts'
import { AddressSigner } from './signature.ts'
import { isPlainRequest, ladder, nameOf, parseRequest, type Source, settle } from './variant.ts'

const photo: Source = { type: 'image/jpeg', width: 4_000, height: 3_000, frames: 1 }
const made = (query: string, source = photo, exact = false) =>
  settle(parseRequest(new URLSearchParams(query)), source, { format: 'webp', quality: () => 77, exact })

describe('variants', () => {
  test.each([
    ['', 'w1920-q77.webp'],
    ['w=700', 'w800-q77.webp'],
    ['w=800', 'w800-q77.webp'],
    ['w=350&dpr=2', 'w800-q77.webp'],
    ['w=9000', 'w3840-q77.webp'],
    ['h=300', 'w480-q77.webp'],
    ['w=800&h=100&fit=inside', 'w192-q77.webp'],
    ['w=400&h=300', 'w480-q77.webp'],
    ['w=400&h=400', 'w480-h480-smart-q77.webp'],
    ['w=400&h=400&focus=top', 'w480-h480-top-q77.webp'],
    ['w=400&h=400&focus=33,71', 'w480-h480-at30-70-q77.webp'],
    ['w=1200&h=630', 'w1280-h670-smart-q77.webp'],
    ['w=9999&h=9999', 'w3000-h3000-smart-q77.webp'],
    ['w=100&q=71', 'w128-q80.webp'],
    ['w=100&q=100', 'w128-q90.webp'],
    ['w=400&fit=cover', 'w480-q77.webp'],
  ])('?%s is %s', (query, name) => expect(nameOf(made(query))).toBe(name))

  test('a picture is never made larger than it is, an SVG as large as the ladder goes', () => {
    const small: Source = { ...photo, width: 100, height: 50 }
    expect(made('w=500', small).width).toBe(100)
    expect(made('w=500&h=500', small)).toMatchObject({ width: 50, height: 50 })
    expect(made('w=5000', { ...small, type: 'image/svg+xml' }).width).toBe(3_840)
    expect(made('', small).width).toBe(100)
  })

  test('a signed address has exactly what it says', () => {
    expect(made('w=333&h=77&q=42&focus=33,71', photo, true)).toMatchObject({
      width: 333,
      height: 77,
      quality: 42,
      focus: { x: 33, y: 71 },
    })
    expect(() => made('w=300&h=20')).toThrow(AppError)
  })

  test.each([
    'w=0',
    'w=-1',
    'w=1e3',
    'w=abc',
    'w=',
    'w=1.5',
    'h=99999',
    'q=0',
    'q=101',
    'dpr=9',
    'fit=fill',
    'format=bmp',
    'focus=1',
    'focus=101,5',
  ])('?%s is refused by name', (query) => {
    const name = `?${query.split('=')[0]}`
    try {
      parseRequest(new URLSearchParams(query))
      throw new Error('was not refused')
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect((error as AppError).faults[0]?.pointer).toBe(name)
    }
  })

  test('whatever is asked for without a signature, there are few widths and none beyond its source', () => {
    const side = fc.integer({ min: 1, max: 16_383 })
    fc.assert(
      fc.property(side, side, side, fc.integer({ min: 1, max: 4 }), (w, width, height, dpr) => {
        const { width: got } = made(`w=${w}&dpr=${dpr}`, { ...photo, width, height })
        expect(got).toBeLessThanOrEqual(width)
        expect(got === width || (ladder as readonly number[]).includes(got)).toBe(true)
      }),
    )
  })
})

describe('signatures', () => {
  const query = (text: string) => new URLSearchParams(text)
  const old = new AddressSigner(['the old secret'])
  const both = new AddressSigner(['the new secret', 'the old secret'])

  test('what was signed verifies, in any order of its parameters; what was changed does not', () => {
    const signed = new URL(both.sign('/-/media/a/b', query('w=333&h=50')), 'http://x')
    expect(both.verify(signed.pathname, signed.searchParams).state).toBe('true')
    expect(both.verify(signed.pathname, query(`h=50&sig=${signed.searchParams.get('sig')}&w=333`)).state).toBe('true')
    expect(both.verify(signed.pathname, query(`h=51&w=333&sig=${signed.searchParams.get('sig')}`)).state).toBe('false')
    expect(both.verify('/-/media/a/c', signed.searchParams).state).toBe('false')
    expect(both.verify(signed.pathname, query('w=333&h=50&sig=')).state).toBe('false')
    expect(both.verify(signed.pathname, query('w=333')).state).toBe('none')
  })

  test('an address for a time verifies until then, and whoever changes the time has none', () => {
    let nowMs = 1_000_000
    const signer = new AddressSigner(['a secret'], () => nowMs)
    const { searchParams } = new URL(signer.sign('/p', query('w=1'), { expiresS: 1_060 }), 'http://x')
    expect(signer.verify('/p', searchParams)).toEqual({ state: 'true', expiresS: 1_060 })
    nowMs = 1_060_000
    expect(signer.verify('/p', searchParams).state).toBe('expired')
    searchParams.set('exp', '9999')
    expect(signer.verify('/p', searchParams).state).toBe('false')
    const odd = new URL(signer.sign('/p', query('exp=soon')), 'http://x')
    expect(signer.verify('/p', odd.searchParams).state).toBe('expired')
  })

  test('a new secret signs, the one before it still verifies, and one that is gone does not', () => {
    const before = new URL(old.sign('/p', query('w=1')), 'http://x')
    const after = new URL(both.sign('/p', query('w=1')), 'http://x')
    expect(both.verify('/p', before.searchParams).state).toBe('true')
    expect(old.verify('/p', after.searchParams).state).toBe('false')
    expect(new AddressSigner(['the new secret']).verify('/p', before.searchParams).state).toBe('false')
  })
})

describe('negotiation', () => {
  const source = { type: 'image/jpeg', frames: 1, alpha: false }
  const chrome = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'

  test.each([
    [chrome, true, source, 'avif'],
    [chrome, false, source, 'webp'],
    ['image/webp,*/*', true, source, 'webp'],
    ['image/avif;q=0, image/webp;q=0.5', true, source, 'webp'],
    ['*/*', true, source, 'jpeg'],
    [null, true, source, 'jpeg'],
    ['image/*', true, { ...source, alpha: true }, 'png'],
    [chrome, true, { ...source, frames: 5 }, 'webp'],
    ['*/*', true, { ...source, frames: 5 }, 'gif'],
    ['x'.repeat(600) + chrome, true, source, 'jpeg'],
  ])('%s', (accept, stands, picture, format) => {
    expect(chooseFormat(acceptedBy(accept), picture, stands)).toBe(format as never)
  })
})

test('of one question there is one spelling that is kept in memory', () => {
  const isPlain = (query: string) => isPlainRequest(new URLSearchParams(query))
  for (const query of [
    '',
    'w=320',
    'w=320&format=webp',
    'h=20&fit=cover&focus=50,25&dpr=1.5',
    'w=333&exp=12&sig=a-b_c',
  ]) {
    expect([query, isPlain(query)]).toEqual([query, true])
  }
  for (const query of ['w=320&x=1', 'w=0320', 'w=320.0', 'w=320&w=320', 'dpr=1.50', 'focus=010,90', 'constructor=1']) {
    expect([query, isPlain(query)]).toEqual([query, false])
  }
})
