import { expect, test } from 'bun:test'
import { Seal } from './seal.ts'

const [newer, older] = ['n'.repeat(32), 'o'.repeat(32)] as const

test('what was signed before the secret was changed is believed while the former one is known; what is signed now needs no former one', () => {
  const before = new Seal([older]).close('pass cap_1', ['lnk_1', 2])
  const both = new Seal([newer, older])
  expect(both.open('pass cap_1', before)).toEqual(['lnk_1', 2])
  expect(both.open('pass cap_2', before)).toBeUndefined()
  expect(new Seal([newer]).open('pass cap_1', before)).toBeUndefined()
  expect(new Seal([newer]).open('pass cap_1', both.close('pass cap_1', [1]))).toEqual([1])
})
