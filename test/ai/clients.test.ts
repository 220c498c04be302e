import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { pythonTool } from '../../scripts/python-tool.ts'
import { expected, moods, run, type ServedAi, serveAi } from './served.ts'

let served: ServedAi
beforeAll(async () => {
  served = await serveAi()
}, 120_000)
afterAll(() => served?.[Symbol.asyncDispose]())

/** Kept between runs; it takes Python and the network to make it, so this suite stands apart from the others. */
async function python(name: string, ...packages: string[]): Promise<string> {
  return join(await pythonTool(name, packages), 'bin/python')
}

async function clientSees(...command: string[]): Promise<Record<string, unknown>> {
  served.moody.behave(...moods)
  return JSON.parse(await run(...command, served.base, served.key, served.capsuleId))
}

/** The chat's provider fails, breaks off, and answers: the capsule says something each time. */
function checkCapsule(said: unknown): void {
  expect(said).toEqual([
    expect.stringContaining('Light comes on where somebody walks'),
    expect.stringMatching(/^Hello there[\s\S]*The answer broke off\.[\s\S]*Light comes on where somebody walks/),
    'Hello there, wörld 🎈.',
  ])
}

test('OpenAI’s Node client, on Node, works against the binary unchanged, errors included', async () => {
  const { capsule, ...seen } = await clientSees('node', join(import.meta.dir, 'client.mjs'))
  expect(seen).toEqual(expected)
  checkCapsule(capsule)
}, 120_000)

test('OpenAI’s Python client works against the binary unchanged, errors included', async () => {
  const { capsule, ...seen } = await clientSees(
    await python('openai-3.54.0', 'openai==3.54.0'),
    join(import.meta.dir, 'client.py'),
  )
  expect(seen).toEqual(expected)
  checkCapsule(capsule)
}, 180_000)

test('an agent of OpenAI’s framework calls its tool and answers, and hears of faults as they are', async () => {
  const { capsule, ...seen } = await clientSees(
    await python('openai-agents-0.24.0', 'openai-agents==0.24.0'),
    join(import.meta.dir, 'agent.py'),
  )
  const said = 'Hello there, wörld 🎈.'
  expect(seen).toEqual({
    whole: said,
    usage: 2,
    stream: [said, said],
    rescued: said,
    limited: 'RateLimitError',
    broken: 'InternalServerError',
    cut: 'APIError',
    unknown: 'NotFoundError',
    natives: [
      [said, [said, said]],
      [said, [said, said]],
    ],
    // Each run with the tool calls it once: two of the model that speaks OpenAI's protocol, and two of each other one.
    cities: Array.from({ length: 6 }, () => 'Köln'),
  })
  const quoted = expect.stringContaining('Light comes on where somebody walks')
  expect(capsule).toEqual([quoted, quoted])
}, 300_000)
