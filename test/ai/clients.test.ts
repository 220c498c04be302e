import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expected, moods, run, type ServedAi, serveAi } from './served.ts'

/** Kept between runs; it takes Python and the network to make it, so this suite stands apart from the others. */
const environment = 'dist/openai-python'
const version = '3.54.0'

let served: ServedAi
beforeAll(async () => {
  served = await serveAi()
}, 60_000)
afterAll(() => served?.[Symbol.asyncDispose]())

async function python(): Promise<string> {
  const python = join(environment, 'bin', 'python')
  const installed = join(environment, `openai-${version}`)
  if (!existsSync(installed)) {
    await run('python3', '-m', 'venv', environment)
    await run(python, '-m', 'pip', 'install', '--quiet', `openai==${version}`)
    await Bun.write(installed, '')
  }
  return python
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
}, 60_000)

test('OpenAI’s Python client works against the binary unchanged, errors included', async () => {
  const { capsule, ...seen } = await clientSees(await python(), join(import.meta.dir, 'client.py'))
  expect(seen).toEqual(expected)
  checkCapsule(capsule)
}, 180_000)
