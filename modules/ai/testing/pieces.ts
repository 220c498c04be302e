/** Events as a stream in pieces of so many bytes, which split lines and characters. */
export function eventStream(text: string, piece: number): Response {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + piece))
      at += piece
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}
