import { streamHeaders } from '../proxy.ts'
import type { ChatEvent } from './capsule-chat.ts'
import { besidesPage, renderCited } from './cited.ts'

/**
 * A chat's answer for a visitor's browser, as server-sent events: `words` with `{ text }` as they come, then one `end` with
 * `{ html, source, answers, citations, conversationId, turnId }`. `html` is the whole answer, sanitised here, with links to what
 * it cites; the words before are to be shown as text. A visitor who leaves ends the provider's work: give `open` the signal of `left`.
 */
export function visitorStream(
  events: AsyncGenerator<ChatEvent, void, void>,
  left: AbortController,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await events.next()
        if (done) return controller.close()
        controller.enqueue(encoder.encode(eventOf(value)))
      },
      async cancel() {
        left.abort()
        await events.return()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { ...streamHeaders, ...headers } })
}

function eventOf(event: ChatEvent): string {
  if (event.type === 'words') return `event: words\ndata: ${JSON.stringify({ text: event.text })}\n\n`
  const { type: _, text, ...rest } = event
  const html = renderCited(text, event.citations, besidesPage)
  return `event: end\ndata: ${JSON.stringify({ html, ...rest })}\n\n`
}
