import { expect, test } from 'bun:test'
import { AppError } from '../errors.ts'
import { wholeBody } from './body.ts'

const kibibyte = new Uint8Array(1_024).fill(97)

/** A body that says nothing of its size: so many parts, and how many of them were taken. */
function parts(count: number) {
  const taken = { count: 0 }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken.count++ < count) controller.enqueue(kibibyte)
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { request: new Request('http://localhost/', { method: 'POST', body }), taken }
}

test('a body in parts is put together', async () => {
  expect((await wholeBody(parts(8).request, 8_192)).byteLength).toBe(8_192)
})

test('of a body without end no more is read than is allowed', async () => {
  const { request, taken } = parts(Number.POSITIVE_INFINITY)
  const error = await wholeBody(request, 8_192).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(AppError)
  expect(error).toHaveProperty('code', 'too-large')
  expect(taken.count).toBeLessThan(16)
})

test('a body that says that it is too large is not read', async () => {
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: kibibyte,
    headers: { 'content-length': '9000' },
  })
  expect(wholeBody(request, 8_192)).rejects.toThrow('A body here has at most 8 KiB.')
  expect(request.bodyUsed).toBe(false)
})
