import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { signedAnew, tokenOf } from './session-cookie.ts'

const cookie = { name: 'encapsify-session', secure: false }
const [newer, older] = ['n'.repeat(32), 'o'.repeat(32)] as const
const value = (token: string, secret: string) =>
  encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`)

test('what a former secret signed is signed anew, and everything else stays as it came', () => {
  const forged = value('four', 'x'.repeat(32))
  const header = `a=b; encapsify-session=${value('one', older)};encapsify-session-only=${value('true', older)}; other=${value('t', older)}; =; encapsify-session=${forged}; x`
  expect(signedAnew(header, cookie, [newer])).toBe(header)
  const anew = signedAnew(header, cookie, [newer, older])
  expect(anew).toBe(
    `a=b; encapsify-session=${value('one', newer)};encapsify-session-only=${value('true', newer)}; other=${value('t', older)}; =; encapsify-session=${forged}; x`,
  )
  expect(tokenOf(value('one', older), [newer])).toBeUndefined()
  expect(tokenOf(value('one', older), [newer, older])).toBe('one')
})
