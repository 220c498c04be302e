import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import fc from 'fast-check'
import { AppError } from '../errors.ts'
import { jsonBody, jsonBytesMax, jsonDepthMax, parseJson } from './json-body.ts'
import { problems } from './problem.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

function codeOf(text: string | Uint8Array<ArrayBuffer>): string {
  try {
    parseJson(typeof text === 'string' ? bytes(text) : text)
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
  return 'taken'
}

describe('a JSON body', () => {
  test('is taken as JSON.parse takes it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(parseJson(bytes(text)))).toBe(text)
      }),
    )
  })

  test.each(['{"a":', 'nope', '{"a":1}}', '[1,]', '\u00a0'])('that is broken (%s) is malformed', (text) => {
    expect(codeOf(text)).toBe('malformed')
  })

  test('that is not UTF-8 is malformed', () => {
    expect(codeOf(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))).toBe('malformed')
  })

  test('is taken to its greatest depth and refused beyond, whatever its strings hold', () => {
    expect(codeOf(nested(jsonDepthMax))).toBe('taken')
    expect(codeOf(nested(jsonDepthMax + 1))).toBe('invalid')
    expect(codeOf(nested(500_000))).toBe('invalid')
    expect(codeOf('['.repeat(500_000))).toBe('malformed')
    expect(codeOf(JSON.stringify({ text: `${'['.repeat(500)}"\\"${'{'.repeat(500)}` }))).toBe('taken')
    expect(codeOf(`["\\\\",${nested(jsonDepthMax - 1)}]`)).toBe('taken')
    expect(codeOf(`["\\\\",${nested(jsonDepthMax)}]`)).toBe('invalid')
    expect(codeOf(`[${Array.from({ length: 500 }, () => '{}').join()}]`)).toBe('taken')
  })

  test('that is too deep is told where', () => {
    expect.assertions(1)
    try {
      parseJson(bytes(`{"title":"x","a/b":[1,${nested(jsonDepthMax)}]}`))
    } catch (error) {
      expect(error instanceof AppError ? error.faults[0]?.pointer : '').toStartWith('/a~1b/1/0/0')
    }
  })

  test('is refused by its size before it is read, said or not', async () => {
    const app = new Elysia()
      .use(problems({ reportBug: () => {}, methodsAt: () => [] }))
      .use(jsonBody())
      .post('/', ({ body }) => ({ length: String(body).length }))
    const send = async (body: BodyInit, type = 'application/json') => {
      const headers = { 'content-type': type }
      return (await app.handle(new Request('http://localhost/', { method: 'POST', headers, body }))).status
    }
    const text = (length: number) => JSON.stringify('x'.repeat(length - 2))
    expect(await send(text(jsonBytesMax))).toBe(200)
    expect(await send(text(jsonBytesMax + 1))).toBe(413)
    expect(await send(new Blob([text(jsonBytesMax + 1)]).stream())).toBe(413)
    expect(await send(text(9), 'Application/JSON; charset=UTF-8')).toBe(200)
  })

  test('is JSON: a form is refused where no route reads it by itself', async () => {
    const form = 'application/x-www-form-urlencoded'
    const app = new Elysia()
      .use(problems({ reportBug: () => {}, methodsAt: () => [] }))
      .use(jsonBody())
      .post('/json', ({ body }) => ({ body }))
      .post('/form', ({ body }) => ({ body }), { parse: ({ request }) => request.text() })
    const send = async (path: string, type: string, body: BodyInit) =>
      (
        await app.handle(
          new Request(`http://localhost${path}`, { method: 'POST', headers: { 'content-type': type }, body }),
        )
      ).status
    expect(await send('/json', form, 'title=%ff')).toBe(415)
    expect(
      await send(
        '/json',
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
      ),
    ).toBe(415)
    expect(await send('/json', 'application/json', '{}')).toBe(200)
    expect(await send('/form', form, 'title=x')).toBe(200)
  })
})
