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

test.each([
  ['what follows a scheme', { headers: { authorization: 'Basic dXNlcjpwdw==' } }, 'dXNlcjpwdw==', '…'],
  ['what the address asks with', {}, 'query-key/1', '…'],
  ['the same as the address writes it', {}, 'GET /v1?api-key=query-key%2F1', 'GET /v1?api-key=…'],
  [
    'all of a key that begins with a shorter one',
    { headers: { 'x-second': 'shorter-key-1-longer' } },
    'shorter-key-1-longer',
    '…',
  ],
  ['no version', {}, 'api-version 2024-10-21-preview', 'api-version 2024-10-21-preview'],
  ['no short word', { headers: { 'x-title': 'My shop' } }, 'No shop here.', 'No shop here.'],
])('hidden is %s', (_, given, said, heard) => {
  const address = new URL('http://127.0.0.1:1/v1?api-key=query-key%2F1&api-version=2024-10-21-preview')
  expect(withoutKeys(said, providerWith('p', address, { key: 'shorter-key-1', ...given }))).toBe(heard)
})

test('what is no fault in that shape does not go through', () => {
  for (const text of ['<h1>Bad</h1>', '[]', '{"detail":"x"}', '"error"', '{"error":'])
    expect(shown(text)).toBeUndefined()
})
