import { afterAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { handbook } from '../../modules/ai/testing/handbook.ts'
import { openHouse } from '../../modules/ai/testing/house.ts'
import { type Behaviour, startMockProvider } from '../../modules/ai/testing/mock-provider.ts'

/** Kept between runs; it takes Python and the network to make it, so this suite stands apart from the others. */
const environment = 'dist/openai-python'
const version = '3.54.0'
const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const [output, faults] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')}: ${faults.slice(-2_000)}`)
  return output
}

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

function provider(behaviour: Behaviour): string {
  const mock = startMockProvider()
  mock.behave(behaviour)
  closing.push(() => mock.close())
  return mock.url
}

test('OpenAI’s Python client works unchanged, errors included', async () => {
  const names = { good: 'answer', cut: 'die-mid-stream', limited: 'rate-limit', broken: 'fail' } as const
  const providers = Object.fromEntries(Object.entries(names).map(([name, how]) => [name, { url: provider(how) }]))
  const to = (...names: string[]) => ({ routes: names.map((provider) => ({ provider, model: 'm' })), retries: 0 })
  const house = openHouse({
    providers,
    models: {
      fast: to('good'),
      cut: to('cut'),
      limited: to('limited'),
      broken: to('broken'),
      rescued: to('broken', 'good'),
    },
  })
  closing.push(() => house.close())
  const team = await house.team()
  const capsuleId = await house.capsule(team.organizationId, handbook)
  const output = await run(
    await python(),
    join(import.meta.dir, 'client.py'),
    `${house.serve()}/ai/v1`,
    team.key,
    capsuleId,
  )
  const hello = 'Hello there, wörld 🎈.'
  expect(JSON.parse(output)).toMatchObject({
    whole: hello,
    stream: hello,
    tool: { city: 'Köln' },
    embedding: [0.25, 0.5, 0.75],
    models: ['fast', 'cut', 'limited', 'broken', 'rescued'],
    unknown: 'NotFoundError',
    stranger: 'AuthenticationError',
    invalid: 'BadRequestError',
    cut: 'APIError',
    limited: 'RateLimitError',
    broken: 'InternalServerError',
    rescued: hello,
    helper: hello,
    capsule: expect.stringContaining('pensioners pay 9 euros'),
  })
  expect(house.bugs).toEqual([])
}, 180_000)
