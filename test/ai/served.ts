import { type Behaviour, type MockProvider, startMockProvider } from '../../modules/ai/testing/mock-provider.ts'
import { demo, freePort, serve } from '../binary/server.ts'
import { anthropic, gemini } from './natives.ts'

/** The compiled binary with the demo, in front of providers that fail as they are told. */
export interface ServedAi extends AsyncDisposable {
  /** `…/ai/v1` */
  readonly base: string
  readonly key: string
  readonly capsuleId: string
  /** The provider of capsules' chats. */
  readonly moody: MockProvider
}

const behaviours = { good: 'answer', cut: 'die-mid-stream', limited: 'rate-limit', broken: 'fail' } as const
export const models = ['fast', 'cut', 'limited', 'broken', 'rescued', 'moody', 'gemini', 'claude']

export async function serveAi(): Promise<ServedAi> {
  await using stack = new AsyncDisposableStack()
  const provider = (behaviour: Behaviour) => {
    const mock = startMockProvider()
    mock.behave(behaviour)
    stack.defer(() => mock.close())
    return mock
  }
  const moody = provider('answer')
  const native = (made: ReturnType<typeof gemini>) => {
    stack.defer(() => made.close())
    const { kind, url, key } = made
    return { kind, url, key }
  }
  const urls = Object.entries(behaviours).map(([name, behaviour]) => [name, { url: provider(behaviour).url }])
  const to = (...names: string[]) => ({ routes: names.map((provider) => ({ provider, model: 'm' })), retries: 0 })
  const config = {
    providers: {
      ...Object.fromEntries(urls),
      moody: { url: moody.url },
      google: native(gemini()),
      anthropic: native(anthropic()),
    },
    models: {
      fast: to('good'),
      cut: to('cut'),
      limited: to('limited'),
      broken: to('broken'),
      rescued: to('broken', 'good'),
      moody: to('moody'),
      gemini: to('google'),
      claude: to('anthropic'),
    },
    chat: 'moody',
  }
  const port = freePort()
  const env = { ENCAPSIFY_AI_PROVIDERS: JSON.stringify(config), ENCAPSIFY_URL: `http://localhost:${port}` }
  const server = stack.use(await serve({ port, env }))
  // Made by the running server, through its control socket: what it publishes is indexed at once.
  const { apiKey, capsules } = await demo(server.folder)
  const library = capsules.find(({ url }) => url.endsWith('/tidewater-library'))
  if (library === undefined) throw new Error('The demo has no library.')
  const owned = stack.move()
  return {
    base: `${server.origin}/ai/v1`,
    key: apiKey,
    capsuleId: library.id,
    moody,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Of a model behind an adapter: whole, streamed, a tool's call whole and streamed, and what it says once it heard of it. */
const native = [
  'Hello there, wörld 🎈.',
  'Hello there, wörld 🎈.',
  { city: 'Köln' },
  { city: 'Köln' },
  'Hello there, wörld 🎈.',
]

/** What each client must have seen, whatever its language. */
export const expected = {
  whole: 'Hello there, wörld 🎈.',
  stream: 'Hello there, wörld 🎈.',
  tool: { city: 'Köln' },
  // The mock knows three subjects; the text is of none of them.
  embedding: [0.25, 0.5, 0.75, 0, 0, 0],
  models,
  unknown: 'NotFoundError',
  stranger: 'AuthenticationError',
  invalid: 'BadRequestError',
  cut: 'APIError',
  limited: 'RateLimitError',
  broken: 'InternalServerError',
  rescued: 'Hello there, wörld 🎈.',
  helper: 'Hello there, wörld 🎈.',
  natives: [native, native],
}
/** How the chats' provider behaves, one question after the other. */
export const moods: readonly Behaviour[] = ['fail', 'die-mid-stream', 'answer']

export async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const [output, faults] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')}: ${faults.slice(-2_000)}`)
  return output
}
