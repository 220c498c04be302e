import type { Clock } from '../clock.ts'
import type { Transport } from '../routing/transport.ts'

export const faults = [
  'none',
  'hang',
  'hang-after-role',
  'die-mid-stream',
  '429',
  '500',
  'garbage',
  'slow',
  'trickle',
  'reset',
] as const
export type Fault = (typeof faults)[number]

/** Providers in virtual time, whose faults are drawn from a seed. `drawn` counts them. */
export function simulatedTransport(
  clock: Clock,
  random: () => number,
  drawn: Map<Fault, number>,
  weights: Partial<Record<Fault, number>> = {},
): Transport {
  const bag = faults.flatMap((fault) => Array.from({ length: weights[fault] ?? 1 }, () => fault))
  return ({ signal, body }) => {
    const fault = bag[Math.floor(random() * bag.length)] ?? 'none'
    drawn.set(fault, (drawn.get(fault) ?? 0) + 1)
    const { stream } = JSON.parse(body) as { stream?: boolean }
    const beginMs = fault === 'slow' ? 500 + random() * 6_000 : 20 + random() * 400
    return new Promise((resolve, reject) => {
      const gone = () => reject(new DOMException('gone', 'AbortError'))
      if (signal.aborted) return gone()
      signal.addEventListener('abort', gone)
      if (fault === 'hang') return
      clock.after(beginMs, () => {
        signal.removeEventListener('abort', gone)
        if (fault === 'reset') reject(new Error('connection reset'))
        else resolve(respond(fault, stream === true, clock, random, signal))
      })
    })
  }
}

function respond(fault: Fault, stream: boolean, clock: Clock, random: () => number, signal: AbortSignal): Response {
  if (fault === '429')
    return new Response('{"error":{"message":"slow"}}', { status: 429, headers: { 'retry-after': '2' } })
  if (fault === '500') return new Response('<h1>oops</h1>', { status: 500 })
  const type = { 'content-type': stream ? 'text/event-stream' : 'application/json' }
  if (fault === 'garbage') return new Response('data: {{{{\n\n', { headers: type })
  if (!stream) {
    const reply = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }] }
    return new Response(JSON.stringify(reply), { headers: type })
  }
  return new Response(words(fault, clock, random, signal), { headers: type })
}

function words(fault: Fault, clock: Clock, random: () => number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const event = (delta: object, finish: string | null = null) =>
    encoder.encode(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`)
  const script = [
    event({ role: 'assistant', content: '' }),
    event({ content: 'Hello' }),
    event({ content: ' you [1].' }),
  ]
  const end = [event({}, 'stop'), encoder.encode('data: [DONE]\n\n')]
  const chunks =
    fault === 'die-mid-stream'
      ? script.slice(0, 1 + Math.ceil(random() * 2))
      : fault === 'hang-after-role'
        ? script.slice(0, 1)
        : [...script, ...end]
  let n = 0
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener('abort', () => {
        try {
          controller.error(new DOMException('gone', 'AbortError'))
        } catch {}
      })
    },
    pull(controller) {
      return new Promise<void>((resolve) => {
        const pauseMs = fault === 'trickle' ? 400 + random() * 1_200 : random() * 60
        clock.after(pauseMs, () => {
          if (signal.aborted) return resolve()
          const chunk = chunks[n++]
          if (chunk !== undefined) controller.enqueue(chunk)
          else if (fault === 'hang-after-role') return
          else controller.close()
          resolve()
        })
      })
    },
  })
}
