import { expect, test } from 'bun:test'
import { guardKey } from '../cluster/envelope.ts'
import { Channel } from './channel.ts'
import { newChallenge, readHello, sayHello } from './hello.ts'

const key = guardKey('a secret of thirty-two characters', 'cluster')
const other = guardKey('a secret of thirty-two characters', 'another cluster')

function pair(keys = { near: key, far: key }) {
  const [mine, theirs] = [newChallenge(), newChallenge()]
  return { near: new Channel(keys.near, mine, theirs), far: new Channel(keys.far, theirs, mine) }
}

test('what is sealed on one side opens on the other, in order', () => {
  const { near, far } = pair()
  for (const text of ['a', '', '{"b":1}', 'c.d']) expect(far.open(near.seal(text))).toBe(text)
  expect(near.open(far.seal('back'))).toBe('back')
})

test('nothing opens twice, out of order, altered, on another connection or in the other direction', () => {
  const { near, far } = pair()
  const first = near.seal('first')
  const second = near.seal('second')
  expect(far.open(second)).toBeNull()
  expect(far.open(first.replace('first', 'fires'))).toBeNull()
  expect(pair().far.open(first)).toBeNull()
  expect(near.open(first)).toBeNull()
  expect(far.open(first)).toBe('first')
  expect(far.open(first)).toBeNull()
  expect(far.open(second)).toBe('second')
})

test("another cluster's key opens nothing", () => {
  const { near, far } = pair({ near: other, far: key })
  expect(far.open(near.seal('a'))).toBeNull()
  expect(far.open('')).toBeNull()
  expect(far.open('no dot')).toBeNull()
})

test('a hello is of this cluster and to this connection, or none', () => {
  const mine = newChallenge()
  const greeting = { name: 'a', role: 'candidate', challenge: newChallenge() } as const
  const said = sayHello(key, greeting, mine)
  expect(readHello(key, said, mine)).toMatchObject(greeting)
  expect(readHello(key, said, newChallenge())).toBeNull()
  expect(readHello(other, said, mine)).toBeNull()
  expect(readHello(key, said.replace('"a"', '"b"'), mine)).toBeNull()
  expect(readHello(key, 'GET / HTTP/1.1', mine)).toBeNull()
})
