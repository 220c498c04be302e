import { expect, test } from 'bun:test'
import type { OrganizationId } from '../../src/db/ids.ts'
import { Concessions, concededFor } from './concessions.ts'
import { aliasWith, providerWith } from './config.ts'
import { invalid } from './refusal.ts'
import { type AiRequest, parseRequest } from './requests.ts'
import type { Begun } from './routing/attempt.ts'
import { deadlineRefusal } from './routing/failure.ts'
import { VirtualClock } from './testing/virtual-clock.ts'

const provider = providerWith('p', new URL('http://127.0.0.1:1/v1'), {})
const route = { provider, model: 'm', tier: 0, weight: 1 }
const alias = aliasWith('talk', [route])
const caller = { organizationId: 'org' as OrganizationId, keyId: '', capsuleId: '' }
const fields = { max_tokens: 9, temperature: 0.2, response_format: { type: 'json_object' } }

function request(more: object = fields): AiRequest {
  const body = { model: 'talk', stream: true, messages: [{ role: 'user', content: 'Hi' }], ...more }
  return parseRequest('chat/completions', new TextEncoder().encode(JSON.stringify(body)).buffer)
}

const begun = (answer: Begun['answer']): Begun => ({
  ...{ route, answer, fallback: false },
  meter: { outputTokensMax: undefined, close: () => {} },
})
const streaming = () =>
  begun({
    ...{ kind: 'stream', head: [], isOver: false, abort: () => {} },
    reader: new ReadableStream<Uint8Array>().getReader(),
  })
const refusal = (message: string, status = 400) =>
  begun({ kind: 'refused', status, bytes: new TextEncoder().encode(JSON.stringify({ error: { message } })) })

function asking(answer: (body: AiRequest['body'], beginMs: number | undefined) => Begun | Promise<Begun>) {
  const clock = new VirtualClock()
  const asked: string[][] = []
  const concessions = new Concessions({
    clock,
    begin: async (_caller, { body }, _alias, { beginMs }) => {
      asked.push(Object.keys(fields).filter((field) => field in body))
      return answer(body, beginMs)
    },
  })
  const { signal } = new AbortController()
  return {
    asked,
    clock,
    ask: (beginMs?: number) =>
      concessions.begin(caller, request(), alias, { signal, ...(beginMs !== undefined && { beginMs }) }),
  }
}

test('what is named is left out, and what is not named in all is', () => {
  const kept = (message: string, param = '', status = 400) =>
    Object.keys(concededFor(request(), { status, message, param })?.body ?? {}).slice(3)
  expect(kept('temperature is deprecated')).toEqual(['max_tokens', 'response_format'])
  expect(kept('Not supported.', 'response_format.type')).toEqual(['max_tokens', 'temperature'])
  expect(kept("Use 'max_completion_tokens'", 'max_tokens')).toEqual([
    'temperature',
    'response_format',
    'max_completion_tokens',
  ])
  expect(kept('max_tokens_total')).toEqual([])
  expect(kept('?')).toEqual([])
  expect(concededFor(request(), { status: 401, message: 'temperature', param: '' })).toBeUndefined()
  expect(concededFor(request({}), { status: 400, message: 'temperature', param: '' })).toBeUndefined()
})

test('it is remembered for an hour', async () => {
  const { asked, clock, ask } = asking((body) => ('temperature' in body ? refusal('temperature?') : streaming()))
  await ask()
  await ask()
  await clock.pass(3_600_000)
  await ask()
  expect(asked.map((fields) => fields.includes('temperature'))).toEqual([true, false, false, true, false])
})

test('nothing is remembered of a call that nothing helps', async () => {
  let isBad = true
  const { asked, ask } = asking(() => (isBad ? refusal('No.', 415) : streaming()))
  expect(await ask()).toBeUndefined()
  isBad = false
  expect((await ask())?.answer.kind).toBe('stream')
  expect(asked.map(({ length }) => length)).toEqual([3, 0, 3])
})

test('an adapter that has no word for a field counts as a provider that refuses it; the end of time does not', async () => {
  const { asked, ask } = asking((body) => {
    if ('response_format' in body) throw invalid('It has no word for response_format.', undefined, 'unsupported')
    throw deadlineRefusal(1)
  })
  await expect(ask()).rejects.toMatchObject({ status: 504 })
  expect(asked.map(({ length }) => length)).toEqual([3, 2])
})

test('all tries have one time', async () => {
  const left: (number | undefined)[] = []
  const { clock, ask } = asking(async (body, beginMs) => {
    left.push(beginMs)
    await clock.pass(400)
    return 'temperature' in body ? refusal('temperature') : streaming()
  })
  await ask(1_000)
  expect(left).toEqual([1_000, 600])
})
