import { seeded } from '../../modules/ai/testing/virtual-clock.ts'

/** What a provider does to a call, and to how many of 140. */
const shares = {
  'answers well': 84,
  hangs: 7,
  'hangs after its role': 5,
  'falls silent in the middle': 3,
  'breaks off in the middle': 8,
  'breaks off before a word': 4,
  'is cut within an event': 4,
  'takes no more': 5,
  fails: 6,
  'sends garbage': 4,
  'sends HTML': 2,
  redirects: 1,
  'begins late': 4,
  trickles: 3,
} as const
type Fault = keyof typeof shares

const usualBeginMsMax = 250
const late = { leastMs: 500, mostMs: 6_500 }
/** Before each event. */
const trickle = { leastMs: 300, mostMs: 1_500 }
const stream = { 'content-type': 'text/event-stream' }

const events = [
  event({ role: 'assistant', content: '' }),
  ...['The page', ' says so', ' in its', ' own words', ' [1].'].map((content) => event({ content })),
  event({}, 'stop'),
  'data: [DONE]\n\n',
]

/** A provider whose faults are drawn from a seed, in the order in which it is called. Asked by GET, it tells how many of each it drew. */
export function provider(seed: number): void {
  const random = seeded(seed)
  const between = ({ leastMs, mostMs }: typeof late) => leastMs + random() * (mostMs - leastMs)
  const bag = Object.entries(shares).flatMap(([fault, share]) => Array.from({ length: share }, () => fault as Fault))
  const drawn: Record<string, number> = {}
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      if (request.method === 'GET') return Response.json(drawn)
      await request.arrayBuffer()
      const fault = bag[Math.floor(random() * bag.length)] ?? 'answers well'
      drawn[fault] = (drawn[fault] ?? 0) + 1
      const beginMs = fault === 'begins late' ? between(late) : random() * usualBeginMsMax
      const pauseMs = fault === 'trickles' ? between(trickle) : 0
      await Bun.sleep(beginMs)
      return answer(fault, pauseMs)
    },
  })
  console.log(`http://127.0.0.1:${server.port}`)
}

function answer(fault: Fault, pauseMs: number): Response | Promise<Response> {
  switch (fault) {
    case 'hangs':
      return new Promise(() => {})
    case 'takes no more':
      return Response.json({ error: { message: 'Slow down.' } }, { status: 429, headers: { 'retry-after': '1' } })
    case 'fails':
      return Response.json({ error: { message: 'Boom.' } }, { status: 500 })
    case 'sends garbage':
      return new Response('data: {{{{\n\n', { headers: stream })
    case 'sends HTML':
      return new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
    case 'redirects':
      return new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } })
    case 'hangs after its role':
      return said(events.slice(0, 1), pauseMs, 'hang')
    case 'falls silent in the middle':
      return said(events.slice(0, 3), pauseMs, 'hang')
    case 'breaks off before a word':
      return said(events.slice(0, 1), pauseMs, 'end')
    case 'breaks off in the middle':
      return said(events.slice(0, 4), pauseMs, 'end')
    case 'is cut within an event':
      return said([...events.slice(0, 3), 'data: {"choices":[{"ind'], pauseMs, 'end')
    default:
      return said(events, pauseMs, 'end')
  }
}

function said(list: readonly string[], pauseMs: number, then: 'end' | 'hang'): Response {
  let n = 0
  const source = new ReadableStream<string>({
    async pull(controller) {
      // Each event goes out by itself.
      await Bun.sleep(pauseMs)
      const next = list[n++]
      if (next !== undefined) controller.enqueue(next)
      else if (then === 'end') controller.close()
      else await new Promise(() => {})
    },
  })
  return new Response(source.pipeThrough(new TextEncoderStream()), { headers: stream })
}

function event(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
}
