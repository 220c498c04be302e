import { expect, test } from 'bun:test'
import { limits } from './limits.ts'
import { SharedStream } from './shared-stream.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function setup(chunks: Iterable<Uint8Array>) {
  const seen = { cancelled: false, ended: 0 }
  const rest = chunks[Symbol.iterator]()
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = rest.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const shared = new SharedStream(source, () => seen.ended++)
  const join = () => {
    const left = new AbortController()
    return { stream: shared.join(left.signal), left }
  }
  return { seen, shared, join }
}

test('who joins late hears all of it', async () => {
  const { join, seen } = setup([bytes('a'), bytes('b'), bytes('c')])
  const first = join().stream.getReader()
  expect((await first.read()).value).toEqual(bytes('a'))
  expect((await first.read()).value).toEqual(bytes('b'))
  expect(await new Response(join().stream).text()).toBe('abc')
  expect((await first.read()).value).toEqual(bytes('c'))
  expect((await first.read()).done).toBe(true)
  expect(seen).toEqual({ cancelled: false, ended: 1 })
})

test('it goes on when one leaves, and ends when the last one does', async () => {
  const { join, seen, shared } = setup([bytes('a'), bytes('b'), bytes('c')])
  const one = join()
  const other = join()
  const reader = other.stream.getReader()
  await reader.read()
  one.left.abort()
  expect(seen.cancelled).toBe(false)
  expect((await reader.read()).value).toEqual(bytes('b'))
  await reader.cancel()
  expect(seen).toEqual({ cancelled: true, ended: 1 })
  expect(shared.isOpen).toBe(false)
})

test('beyond its limit nobody joins, and who is far behind is cut with an error', async () => {
  const many = Array.from({ length: 16 }, () => new Uint8Array(limits.sharedStreamBytesMax / 8))
  const { join, shared } = setup(many)
  const slow = join().stream
  const fast = await new Response(join().stream).bytes()
  expect(fast.byteLength).toBe(2 * limits.sharedStreamBytesMax)
  expect(shared.isOpen).toBe(false)
  expect(await new Response(slow).text()).toContain('too slow')
})
