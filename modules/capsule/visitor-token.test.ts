import { expect, test } from 'bun:test'
import { issueVisitor, issueVisitorFor, readVisitor } from './visitor-token.ts'

const secret = 'a secret of at least thirty-two characters'

test('a token names its visitor to who signed it, and to nobody else', () => {
  for (const { visitor, token } of [
    issueVisitor(secret),
    issueVisitorFor(secret, 'cap_1', '019ab2f4c0de0123456789abcdef0123'),
  ]) {
    expect(readVisitor(secret, token)).toBe(visitor)
    expect(readVisitor('another secret of thirty-two characters', token)).toBeUndefined()
    expect(readVisitor(secret, `x${token}`)).toBeUndefined()
  }
})

test('the first answer makes the same visitor whenever it is sent, and another one in another capsule', () => {
  const made = issueVisitorFor(secret, 'cap_1', '019ab2f4c0de0123456789abcdef0123')
  expect(issueVisitorFor(secret, 'cap_1', '019ab2f4c0de0123456789abcdef0123')).toEqual(made)
  expect(issueVisitorFor(secret, 'cap_2', '019ab2f4c0de0123456789abcdef0123').visitor).not.toBe(made.visitor)
  expect(issueVisitorFor(secret, 'cap_1', '019ab2f4c0de0123456789abcdef0124').visitor).not.toBe(made.visitor)
})

test('visitors sort by when they first came, so that their rows lie beside each other', () => {
  const moments = Array.from({ length: 50 }, (_, n) => 1_790_000_000_000 + n * 37)
  const issued = moments.map((nowMs) => issueVisitor(secret, nowMs).visitor)
  expect(issued.toSorted()).toEqual(issued)
  const answered = moments.map(
    (nowMs) => issueVisitorFor(secret, 'cap_1', `${nowMs.toString(16).padStart(12, '0')}0123456789abcdef0123`).visitor,
  )
  expect(answered.toSorted()).toEqual(answered)
})
