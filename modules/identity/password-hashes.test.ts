import { expect, test } from 'bun:test'
import { PasswordHashes } from './password-hashes.ts'
import { Turns } from './turns.ts'

test('a hash is argon2id of 19 MiB and two passes, and is verified', async () => {
  const hashes = new PasswordHashes()
  const hash = await hashes.hash('correct horse')
  expect(hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(await hashes.verify('correct horse', hash)).toBe(true)
  expect(await hashes.verify('wrong horse', hash)).toBe(false)
})

test('when too many want a hash at once the rest hear when to come again', async () => {
  const hashes = new PasswordHashes()
  const asked = Array.from({ length: 70 }, () => hashes.verify('x', 'no hash').then(String, (error) => error.code))
  const codes = await Promise.all(asked)
  expect(codes.filter((code) => code === 'unavailable')).toHaveLength(70 - 2 - 64)
})

test('so many work at once, more wait in order, and too many are refused', async () => {
  const begun: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const turns = new Turns({ atOnceMax: 2, waitingMax: 3, refusal: () => new Error('full') })
  const take = (n: number) =>
    turns.take(async () => {
      begun.push(n)
      await gates[n]?.promise
    })
  const taken = gates.map((_, n) => take(n))
  await expect(take(5)).rejects.toThrow('full')
  expect(begun).toEqual([0, 1])
  gates[1]?.resolve()
  await taken[1]
  expect(begun).toEqual([0, 1, 2])
  gates[2]?.reject(new Error('as asked'))
  await expect(taken[2]).rejects.toThrow('as asked')
  expect(begun).toEqual([0, 1, 2, 3])
  for (const gate of gates) gate.resolve()
  await Promise.allSettled(taken)
  expect(begun).toEqual([0, 1, 2, 3, 4])
  await take(0)
})
