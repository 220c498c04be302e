import { expect, test } from 'bun:test'
import { secretOf, signatureOf } from './signature.ts'

const [newer, older] = ['n'.repeat(32), 'o'.repeat(32)] as const
const signed = { webhookId: 'whk_1', generations: [2, 1], messageId: 'msg_1', timestampS: 1, body: '{}' }

test('while a former secret of the server is known it signs too, after the current one', () => {
  const [now, before] = [signatureOf([newer], signed), signatureOf([older], signed)]
  expect(signatureOf([newer, older], signed)).toBe(`${now} ${before}`)
  expect(now.split(' ')).toHaveLength(2)
  expect(secretOf(newer, 'whk_1', 2)).not.toBe(secretOf(older, 'whk_1', 2))
})
