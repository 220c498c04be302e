import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import { checkGate, normalEmail, permits } from './gate.ts'

describe('an address', () => {
  test.each([
    [' Ada@Example.com ', 'ada@example.com'],
    ['ada+x@müller.example', 'ada+x@xn--mller-kva.example'],
    ['a@b@example.com', undefined],
    ['ada@example', undefined],
    ['ada@example.com/x', undefined],
    ['ada@1.2.3.4', undefined],
    ['ada@[::1]', undefined],
    ['ada@example.com:80', undefined],
    ['ad\u0000a@example.com', undefined],
    [`${'a'.repeat(250)}@example.com`, undefined],
  ])('%p is %p', (text, normal) => expect(normalEmail(text)).toBe(normal))
})

describe('lists', () => {
  test('are kept in one form, each entry once', () => {
    expect(checkGate({ allow: ['@Example.com', 'example.COM', 'Ada@Other.test '], block: [] })).toEqual({
      allow: ['example.com', 'ada@other.test'],
      block: [],
    })
  })

  test('every entry that is neither is named', () => {
    const check = () => checkGate({ allow: ['example.com', '*', ''], block: ['a b'] })
    expect(check).toThrow(AppError)
    try {
      check()
    } catch (error) {
      expect(error instanceof AppError && error.faults.map(({ pointer }) => pointer)).toEqual([
        '/emailGate/allow/1',
        '/emailGate/allow/2',
        '/emailGate/block/0',
      ])
    }
  })

  test('a block counts more than an allowance, and reaches below its domain', () => {
    const gate = { allow: ['example.com', 'sub.example.com'], block: ['sub.example.com', 'eve@example.com'] }
    expect(permits(gate, 'ada@example.com')).toBe(true)
    expect(permits(gate, 'eve@example.com')).toBe(false)
    expect(permits(gate, 'ada@sub.example.com')).toBe(false)
    expect(permits({ allow: [], block: ['example.com'] }, 'ada@deep.example.com')).toBe(false)
    expect(permits({ allow: [], block: ['example.com'] }, 'ada@notexample.com')).toBe(true)
  })
})
