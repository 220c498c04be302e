import { expect, test } from 'bun:test'
import { providerWith } from '../config.ts'
import { faultIn, withoutKeys } from './fault-body.ts'

const provider = providerWith('p', new URL('http://127.0.0.1:1/v1'), {
  key: 'azure "quoted" key',
  headers: { 'x-team': 'team-secret-77', 'x-version': '2023-06-01' },
})
const bytesOf = (text: string) => new TextEncoder().encode(text)
const shown = (text: string) => {
  const bytes = faultIn(bytesOf(text), provider)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

test('a fault without a key stays as it came, to the byte', () => {
  for (const text of ['{ "error": {"message":"Bad \\u0041 model. Use 2023-06-01"} }', '{"error":"task-force sk-1"}']) {
    expect(shown(text)).toBe(text)
  }
})

test('keys are taken out, however they were written: its own, those of its headers, and any that looks like one', () => {
  const fault = (message: string) => JSON.stringify({ error: { message, list: [message], [message]: 1 } })
  for (const key of [
    ...['azure "quoted" key', 'team-secret-77', 'sk-proj-abc_DEF-123456', 'sk-ant-api03-abcdefgh', 'sk-or-v1-12345678'],
    ...['AIzaSyA12345678', 'gsk_12345678', 'xai-12345678', 'hf_abcdefgh', 'sk-abcd***********wxyz'],
  ]) {
    expect(shown(fault(`Wrong ${key}, try again.`))).toBe(fault('Wrong …, try again.'))
  }
  expect(shown('{"error":{"message":"\\u0073k-proj-12345678"}}')).toBe('{"error":{"message":"…"}}')
  expect(withoutKeys('Authorization: Bearer abcdefgh.ijk', provider)).toBe('Authorization: …')
})

test('what is no fault in that shape does not go through', () => {
  for (const text of ['<h1>Bad</h1>', '[]', '{"detail":"x"}', '"error"', '{"error":'])
    expect(shown(text)).toBeUndefined()
})
