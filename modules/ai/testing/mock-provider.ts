/** How the mock provider answers one request. */
export type Behaviour =
  | 'answer'
  | 'hang'
  | 'hang-after-role'
  | 'die-mid-stream'
  | 'die-mid-event'
  | 'rate-limit'
  | 'fail'
  | 'garbage'
  | 'html'
  | 'redirect'
  | 'refuse'
  /** A model that thinks first: its bound has another name, and its temperature is its own. */
  | 'picky'
  /** It names nothing of what it does not take. */
  | 'plain-alone'
  /** It repeats, in a fault of the request, what it was sent, and another key. */
  | 'refuse-with-key'
  /** The key is wrong, and is repeated in the error. */
  | 'unauthorized'
  | 'forged-usage'
  | 'no-usage'
  | 'split-bytes'
  | 'wait-for-release'

export interface MockProvider {
  readonly url: string
  /** Taken in turn by the requests; the last stays. */
  behave(...behaviours: Behaviour[]): void
  readonly requests: { readonly path: string; readonly headers: Headers; readonly body: Record<string, unknown> }[]
  /** Requests that the other side gave up. */
  readonly aborted: number
  onAbort(): Promise<void>
  release(): void
  words: readonly string[]
  /** Answers by what was asked, instead of with `words`. */
  reply: ((body: Record<string, unknown>) => string) | undefined
  close(): Promise<void>
}

const json = { 'content-type': 'application/json' }

/** A provider that speaks OpenAI's protocol and fails as it is told. */
export function startMockProvider(): MockProvider {
  let behaviours: Behaviour[] = ['answer']
  const requests: MockProvider['requests'] = []
  let aborted = 0
  let released = Promise.withResolvers<void>()
  const abortWaiters: (() => void)[] = []
  const state: Pick<MockProvider, 'words' | 'reply'> = {
    words: ['Hello', ' there', ', wörld', ' 🎈', '.'],
    reply: undefined,
  }
  const wordsFor = (body: Record<string, unknown>) =>
    state.reply === undefined ? state.words : (state.reply(body).match(/[\s\S]{1,200}/g) ?? [])
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const body = (await request.json()) as Record<string, unknown>
      requests.push({ path: new URL(request.url).pathname, headers: request.headers, body })
      const behaviour = behaviours.length > 1 ? (behaviours.shift() ?? 'answer') : (behaviours[0] ?? 'answer')
      request.signal.addEventListener('abort', () => {
        aborted++
        for (const wake of abortWaiters.splice(0)) wake()
      })
      if (behaviour === 'wait-for-release') await released.promise
      if (behaviour === 'picky' || behaviour === 'plain-alone') {
        const fault = dislikes(behaviour, body)
        if (fault !== undefined) return Response.json({ error: fault }, { status: 400 })
      }
      if (behaviour === 'refuse-with-key') return repeated(request.headers.get('authorization') ?? '')
      if (behaviour === 'unauthorized') return unauthorized(request.headers.get('authorization') ?? '')
      return respond(behaviour, body, new URL(request.url).pathname, wordsFor(body))
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    behave(...next) {
      behaviours = next
    },
    requests,
    get aborted() {
      return aborted
    },
    onAbort: () => new Promise((resolve) => abortWaiters.push(resolve)),
    release() {
      released.resolve()
      released = Promise.withResolvers()
    },
    get words() {
      return state.words
    },
    set words(words) {
      state.words = words
    },
    get reply() {
      return state.reply
    },
    set reply(reply) {
      state.reply = reply
    },
    close: () => server.stop(true),
  }
}

function respond(
  behaviour: Behaviour,
  body: Record<string, unknown>,
  path: string,
  words: readonly string[],
): Response | Promise<Response> {
  switch (behaviour) {
    case 'hang':
      return new Promise(() => {})
    case 'rate-limit':
      return Response.json(
        { error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' } },
        { status: 429, headers: { 'retry-after': '7' } },
      )
    case 'fail':
      return Response.json({ error: { message: 'Boom.' } }, { status: 500 })
    case 'html':
      return new Response('<h1>Bad gateway</h1>', { status: 400, headers: { 'content-type': 'text/html' } })
    case 'garbage':
      return new Response('data: <<<not json>>>\n\n', {
        headers: { 'content-type': body.stream === true ? 'text/event-stream' : 'application/json' },
      })
    case 'redirect':
      return new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } })
    case 'refuse':
      return Response.json(
        { error: { message: 'Bad temperature.', type: 'invalid_request_error', param: 'temperature', code: null } },
        { status: 400 },
      )
  }
  if (path.endsWith('/embeddings')) return embeddings(body)
  return body.stream === true ? stream(behaviour, body, words) : whole(behaviour, body, words)
}

const toolCall = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } }

/** A model that was given tools calls one, and speaks once it has heard what it said. */
function wantsTool({ tools, messages }: Record<string, unknown>): boolean {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
  const heard = typeof last === 'object' && last !== null && 'role' in last && last.role === 'tool'
  return Array.isArray(tools) && tools.length > 0 && !heard
}

function whole(behaviour: Behaviour, body: Record<string, unknown>, words: readonly string[]): Response {
  const forged = { prompt_tokens: -5, completion_tokens: 9e15, total_tokens: 'many' }
  const tools = wantsTool(body)
  const message = tools
    ? { role: 'assistant', content: null, tool_calls: [toolCall] }
    : { role: 'assistant', content: words.join('') }
  const text = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: tools ? 'tool_calls' : 'stop' }],
    ...(behaviour !== 'no-usage' && {
      usage: behaviour === 'forged-usage' ? forged : { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    }),
  })
  return new Response(text, { headers: json })
}

function embeddings({ input, model }: Record<string, unknown>): Response {
  const items = Array.isArray(input) ? input : [input]
  return Response.json({
    object: 'list',
    model,
    data: items.map((item, index) => ({ object: 'embedding', index, embedding: meaningOf(item) })),
    usage: { prompt_tokens: 4, total_tokens: 4 },
  })
}

/** Texts about the same of these subjects are alike; about none of them, all are. */
const subjects = [/taxi|cab\b|driver/i, /jumper|pullover|knit/i, /tent|camp/i]

function meaningOf(text: unknown): number[] {
  return [0.25, 0.5, 0.75, ...subjects.map((subject) => (subject.test(String(text)) ? 4 : 0))]
}

/** The bytes of a whole stream, as the mock sends them. */
export function streamBytes(
  model: unknown,
  words: readonly string[],
  usage: boolean,
  tools = false,
): Uint8Array<ArrayBuffer> {
  const event = (delta: object, finish: string | null, more: object = {}) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...more,
    })}\n\n`
  const counted = { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }
  return new TextEncoder().encode(
    [
      event({ role: 'assistant', content: '' }, null),
      ...(tools
        ? [event({ tool_calls: [{ index: 0, ...toolCall }] }, null)]
        : words.map((content) => event({ content }, null))),
      event({}, tools ? 'tool_calls' : 'stop', usage ? counted : {}),
      'data: [DONE]\n\n',
    ].join(''),
  )
}

function stream(behaviour: Behaviour, body: Record<string, unknown>, words: readonly string[]): Response {
  const bytes = streamBytes(body.model, words, behaviour !== 'no-usage', wantsTool(body))
  const ends = eventEnds(bytes)
  const chunks: Uint8Array[] = []
  if (behaviour === 'split-bytes') for (let n = 0; n < bytes.length; n += 7) chunks.push(bytes.slice(n, n + 7))
  else for (const [n, end] of ends.entries()) chunks.push(bytes.slice(ends[n - 1] ?? 0, end))
  const most = behaviour === 'hang-after-role' ? 1 : behaviour.startsWith('die') ? 3 : chunks.length
  let n = 0
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks[n++]
      if (n > most || chunk === undefined) {
        if (behaviour === 'hang-after-role') return new Promise(() => {})
        if (behaviour === 'die-mid-event') controller.enqueue((chunk ?? bytes).slice(0, 20))
        return controller.close()
      }
      controller.enqueue(chunk)
      // Lets each chunk go out by itself.
      await new Promise((resolve) => setImmediate(resolve))
    },
  })
  return new Response(source, { headers: { 'content-type': 'text/event-stream' } })
}

function eventEnds(bytes: Uint8Array): number[] {
  const ends: number[] = []
  for (let n = 1; n < bytes.length; n++) if (bytes[n] === 10 && bytes[n - 1] === 10) ends.push(n + 1)
  return ends
}

function unauthorized(sent: string): Response {
  const error = {
    message: `Incorrect API key provided: ${sent}`,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }
  return Response.json({ error }, { status: 401 })
}

function repeated(sent: string): Response {
  const message = `No such deployment for ${sent}; ask the owner of sk-proj-Zz19_operator.`
  return Response.json({ error: { message, type: 'invalid_request_error', param: null, code: null } }, { status: 400 })
}

/** The words are OpenAI's (its models of the o series), one fault at a time. */
function dislikes(behaviour: 'picky' | 'plain-alone', body: Record<string, unknown>): object | undefined {
  const fault = (message: string, param: string | null, code: string | null) => ({
    ...{ message, type: 'invalid_request_error', param, code },
  })
  if (behaviour === 'plain-alone') {
    const isPlain = ['max_tokens', 'temperature', 'response_format'].every((field) => !(field in body))
    return isPlain ? undefined : fault('Extra inputs are not permitted.', null, null)
  }
  if ('max_tokens' in body) {
    const message = "Unsupported parameter: 'max_tokens' is not supported with this model."
    return fault(`${message} Use 'max_completion_tokens' instead.`, 'max_tokens', 'unsupported_parameter')
  }
  if ('temperature' in body) {
    return fault(
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
      'temperature',
      'unsupported_value',
    )
  }
  return undefined
}
