import { expect, test } from 'bun:test'
import type { Secrets } from '../../src/secret.ts'
import { issueVisitor, issueVisitorFor, readVisitor } from './visitor-token.ts'

const secrets: Secrets = ['a secret of at least thirty-two characters']

test('a token names its visitor to who signed it, and to nobody else', () => {
  for (const { visitor, token } of [
    issueVisitor(secrets),
    issueVisitorFor(secrets, 'cap_1', '019ab2f4c0de0123456789abcdef0123'),
  ]) {
    expect(readVisitor(secrets, token)).toBe(visitor)
    expect(readVisitor(['another secret of thirty-two characters'], token)).toBeUndefined()
    expect(readVisitor(secrets, `x${token}`)).toBeUndefined()
  }
})

test('the first answer makes the same visitor whenever it is sent, and another one in another capsule', () => {
  const made = issueVisitorFor(secrets, 'cap_1', '019ab2f4c0de0123456789abcdef0123')
  expect(issueVisitorFor(secrets, 'cap_1', '019ab2f4c0de0123456789abcdef0123')).toEqual(made)
  expect(issueVisitorFor(secrets, 'cap_2', '019ab2f4c0de0123456789abcdef0123').visitor).not.toBe(made.visitor)
  expect(issueVisitorFor(secrets, 'cap_1', '019ab2f4c0de0123456789abcdef0124').visitor).not.toBe(made.visitor)
})

test('visitors sort by when they first came, so that their rows lie beside each other', () => {
  const moments = Array.from({ length: 50 }, (_, n) => 1_790_000_000_000 + n * 37)
  const issued = moments.map((nowMs) => issueVisitor(secrets, nowMs).visitor)
  expect(issued.toSorted()).toEqual(issued)
  const answered = moments.map(
    (nowMs) => issueVisitorFor(secrets, 'cap_1', `${nowMs.toString(16).padStart(12, '0')}0123456789abcdef0123`).visitor,
  )
  expect(answered.toSorted()).toEqual(answered)
})

test('a token of before the secret was changed stays good while the former one is known, and new ones need no former one', () => {
  const both: Secrets = ['a newer secret of at least thirty-two characters', ...secrets]
  const before = issueVisitor(secrets)
  expect(readVisitor(both, before.token)).toBe(before.visitor)
  expect(readVisitor([both[0]], before.token)).toBeUndefined()
  const after = issueVisitor(both)
  expect(readVisitor([both[0]], after.token)).toBe(after.visitor)
})
