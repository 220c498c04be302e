/** Words of a stream that is held, and the pause before each. */
export const heldWords = 600
const heldPauseMs = 50

/** Answers with the same bytes each time; streams in chunks of one event, as providers do. */
export async function provider(): Promise<void> {
  const words = Array.from({ length: 20 }, (_, n) => ` word${n}`)
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
  const whole = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'fast',
    choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
    usage,
  })
  const chunks = [
    event({ role: 'assistant', content: '' }, null),
    ...words.map((content) => event({ content }, null)),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ]
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk))
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      // The peer asks what there is when it starts.
      if (request.method === 'GET') return Response.json({ object: 'list', data: [] })
      const { stream, metadata } = (await request.json()) as { stream?: boolean; metadata?: { paced?: number } }
      if (stream !== true) return new Response(whole, { headers: { 'content-type': 'application/json' } })
      if (metadata?.paced !== undefined) return paced()
      let n = 0
      const source = new ReadableStream<Uint8Array>({
        pull(controller) {
          const chunk = bytes[n++]
          if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
      })
      return new Response(source, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  console.log(`http://127.0.0.1:${server.port}`)
}

function paced(): Response {
  const chunks = pacedEvents().map((chunk) => new TextEncoder().encode(chunk))
  let n = 0
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await Bun.sleep(heldPauseMs)
      const chunk = chunks[n++]
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
  return new Response(source, { headers: { 'content-type': 'text/event-stream' } })
}

function event(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'fast', choices })}\n\n`
}

function pacedEvents(): string[] {
  return [
    ...Array.from({ length: heldWords }, (_, n) => event({ content: ` word${n}` }, null)),
    event({}, 'stop'),
    'data: [DONE]\n\n',
  ]
}

export function pacedText(): string {
  return pacedEvents().join('')
}
