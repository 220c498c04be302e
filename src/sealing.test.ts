import { describe, expect, test } from 'bun:test'
import { Seal } from './sealing.ts'

const [older, newer, other] = ['o', 'n', 'x'].map((letter) => letter.repeat(32)) as [string, string, string]

describe('a seal', () => {
  test('opens for its purpose and its place, and is never the same twice', () => {
    const seal = new Seal('keys', [newer])
    const sealed = seal.seal('sk-Grüße', 'org_1/prv_1')
    expect(seal.open(sealed, 'org_1/prv_1')).toBe('sk-Grüße')
    expect(seal.seal('sk-Grüße', 'org_1/prv_1')).not.toBe(sealed)
    expect(sealed).not.toContain('Gr')
    expect(seal.open(sealed, 'org_2/prv_1')).toBeUndefined()
    expect(new Seal('others', [newer]).open(sealed, 'org_1/prv_1')).toBeUndefined()
  })

  test('of a former secret opens as long as that is told, and the newest one seals', () => {
    const before = new Seal('keys', [older]).seal('secret', 'here')
    const both = new Seal('keys', [newer, older])
    expect(both.open(before, 'here')).toBe('secret')
    const after = both.seal('secret', 'here')
    expect(new Seal('keys', [newer]).open(after, 'here')).toBe('secret')
    expect([before.startsWith(both.mark), after.startsWith(both.mark)]).toEqual([false, true])
    expect(new Seal('keys', [older]).open(after, 'here')).toBeUndefined()
    expect(new Seal('keys', [other]).open(before, 'here')).toBeUndefined()
  })

  test('that was touched, cut or made up opens nothing', () => {
    const seal = new Seal('keys', [newer])
    const sealed = seal.seal('secret', 'here')
    const parts = sealed.split('.')
    const touched = Buffer.from(parts[3] ?? '', 'base64url')
    touched[0] = (touched[0] ?? 0) ^ 1
    for (const made of [
      '',
      'v1',
      'v1...',
      sealed.slice(0, -4),
      [...parts.slice(0, 3), touched.toString('base64url')].join('.'),
    ]) {
      expect(seal.open(made, 'here')).toBeUndefined()
    }
    expect(seal.open(sealed.replace('v1', 'v2'), 'here')).toBeUndefined()
  })
})
