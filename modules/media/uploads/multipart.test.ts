import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { fileOf } from './multipart.ts'

function request(body: Uint8Array, cuts: readonly number[], type = 'multipart/form-data; boundary=XX'): Request {
  const places = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].toSorted((a, b) => a - b)
  const chunks = [...places, body.length].map((end, n) => body.slice(n === 0 ? 0 : places[n - 1], end))
  const stream = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) if (chunk.length > 0) controller.enqueue(chunk)
      controller.close()
    },
  })
  return new Request('http://localhost/', { method: 'POST', body: stream, headers: { 'content-type': type } })
}

const part = (headers: string, content: Uint8Array | string) =>
  Buffer.concat([Buffer.from(`--XX\r\n${headers}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')])
const filePart = (content: Uint8Array | string) =>
  part('Content-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: image/png', content)
const end = Buffer.from('--XX--\r\n')

async function outcome(whole: Request): Promise<string | Uint8Array> {
  try {
    const file = await fileOf(whole)
    const chunks: Uint8Array[] = []
    for await (const chunk of file.bytes) chunks.push(chunk)
    return Uint8Array.from(Buffer.concat(chunks))
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describe('multipart', () => {
  test('whatever a file holds and however it arrives, it comes out as it went in', async () => {
    const tricky = fc
      .constantFrom('\r\n--X', '\r\n--XX', '--XX--', '\r', '\r\n', '-', '\0', 'X')
      .map((text) => Buffer.from(text))
    const content = fc
      .array(fc.oneof(tricky, fc.uint8Array({ maxLength: 20 })), { maxLength: 12 })
      .map((parts) => Buffer.concat(parts))
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 8 }), async (bytes, cuts) => {
        fc.pre(!bytes.includes('\r\n--XX') && !`${bytes.toString('latin1')}\r\n--XX`.slice(0, -6).includes('\r\n--XX'))
        const out = await outcome(
          request(Buffer.concat([part('Content-Disposition: form-data; name="alt"', 'x'), filePart(bytes), end]), cuts),
        )
        expect(out).toEqual(Uint8Array.from(bytes))
      }),
      { numRuns: 300 },
    )
  })

  test('what browsers and fetch send is read: names, types and fields before the file', async () => {
    const form = new FormData()
    form.set('alt', 'Ein Hund – “schön”')
    form.set('file', new File(['bytes'], 'Hünd "1".png', { type: 'image/png' }))
    const file = await fileOf(new Request('http://localhost/', { method: 'POST', body: form }))
    expect(file).toMatchObject({ type: 'image/png' })
    expect(file.name).toContain('Hünd')
    expect(file.fields.get('alt')).toBe('Ein Hund – “schön”')
  })

  test.each([
    ['no boundary', 'multipart/form-data', 'malformed'],
    ['another type', 'application/json', 'unsupported-media-type'],
    ['a type that only begins so', 'multipart/form-data-x; boundary=XX', 'unsupported-media-type'],
  ])('%s is an error that says so', async (_name, type, code) => {
    expect(await outcome(request(Buffer.concat([filePart('x'), end]), [], type))).toBe(code)
  })

  test.each([
    [
      'cut off inside the file',
      Buffer.from('--XX\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc'),
      'malformed',
    ],
    ['cut off inside the headers', Buffer.from('--XX\r\nContent-Dispo'), 'malformed'],
    ['empty', Buffer.alloc(0), 'malformed'],
    ['without a file', Buffer.concat([part('Content-Disposition: form-data; name="a"', 'x'), end]), 'invalid'],
    ['with a part that has no name', Buffer.concat([part('X: y', 'x'), end]), 'malformed'],
    ['with headers that never end', Buffer.concat([Buffer.from('--XX\r\n'), Buffer.alloc(20_000, 'a')]), 'too-large'],
    [
      'with a field beyond the limit',
      Buffer.concat([
        part('Content-Disposition: form-data; name="a"', Buffer.alloc(limits.fieldBytesMax + 1, 'a')),
        filePart('x'),
        end,
      ]),
      'too-large',
    ],
    [
      'with many parts',
      Buffer.concat([...Array.from({ length: 30 }, () => part('Content-Disposition: form-data; name="a"', '')), end]),
      'malformed',
    ],
  ])('a body %s is an error that says so', async (_name, body, code) => {
    expect(await outcome(request(body, []))).toBe(code)
  })
})
