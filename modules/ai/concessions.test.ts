import { expect, test } from 'bun:test'
import type { OrganizationId } from '../../src/db/ids.ts'
import { Concessions, concededFor } from './concessions.ts'
import { aliasWith, providerWith } from './config.ts'
import { invalid } from './refusal.ts'
import { type AiRequest, parseRequest } from './requests.ts'
import type { Begun } from './routing/attempt.ts'
import { deadlineRefusal } from './routing/failure.ts'
import { StreamTap } from './routing/stream-tap.ts'
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
    ...{ kind: 'stream', head: [], tap: new StreamTap(), isOver: false, abort: () => {} },
    reader: new ReadableStream<Uint8Array>().getReader(),
  })
const refusal = (message: string, status = 400, param?: string) =>
  begun({ kind: 'refused', status, bytes: new TextEncoder().encode(JSON.stringify({ error: { message, param } })) })

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

test('it is remembered for an hour, and no longer for being used', async () => {
  const { asked, clock, ask } = asking((body) => ('temperature' in body ? refusal('temperature?') : streaming()))
  await ask()
  await clock.pass(30 * 60_000)
  await ask()
  await clock.pass(31 * 60_000)
  await ask()
  expect(asked.map((fields) => fields.includes('temperature'))).toEqual([true, false, false, true, false])
})

test('a fault of something else is none of these fields: nothing is left out', async () => {
  const { asked, ask } = asking(() => refusal('This is too long: max_tokens and all.', 400, 'messages[0].content'))
  expect(await ask()).toBeUndefined()
  expect(asked.map(({ length }) => length)).toEqual([3])
})

test('a bound under its other name still is one: no budget has to put one in', () => {
  const conceded = concededFor(request(), { status: 400, message: 'max_tokens is no word.', param: '' })
  expect(conceded?.outputTokensMost).toBe(9)
})

test('LiteLLM writes "None" where nothing is named', () => {
  expect(concededFor(request(), { status: 400, message: 'temperature?', param: 'None' })?.body).not.toHaveProperty(
    'temperature',
  )
})

test('what was left out on suspicion is tried again by the next call; what was named is not', async () => {
  const { asked, ask } = asking((body) => {
    if ('temperature' in body) return refusal('temperature?')
    return 'response_format' in body ? refusal('No.') : streaming()
  })
  await ask()
  await ask()
  expect(asked.map(({ length }) => length)).toEqual([3, 2, 0, 2, 0])
})

test.each([
  ['takes it', true, ['max_completion_tokens']],
  ['does not', false, []],
])('a bound is tried under its other name before it is left out: it %s', async (_, takes, left) => {
  const bounds: string[][] = []
  const { ask } = asking((body) => {
    const own = Object.keys(body).filter((field) => field.endsWith('_tokens'))
    bounds.push(own)
    // As one that knows the one name alone says it of either.
    return own.length === 0 || (takes && !own.includes('max_tokens')) ? streaming() : refusal('max_tokens is no word.')
  })
  expect((await ask())?.answer.kind).toBe('stream')
  await ask()
  const tried = takes ? [['max_tokens']] : [['max_tokens'], ['max_completion_tokens']]
  expect(bounds).toEqual([...tried, left, left])
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

test('without a time of the call’s own it is the alias’', async () => {
  const left: (number | undefined)[] = []
  const { clock, ask } = asking(async (body, beginMs) => {
    left.push(beginMs)
    await clock.pass(400)
    return 'temperature' in body ? refusal('temperature') : streaming()
  })
  await ask()
  expect(left).toEqual([alias.beginMs, alias.beginMs - 400])
})
