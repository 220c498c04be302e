import { afterEach, beforeEach, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { newChallenge } from '../hello.ts'
import { FileDoor } from './door.ts'
import { MeshFiles } from './mesh-files.ts'
import { ask, pieceBytesMax, readAnswer } from './words.ts'

const key = Buffer.from('what the servers of a cluster share')
const content = new Uint8Array(randomBytes(3_000_000))
let bugs: unknown[]
let readAtOnce: Promise<void> | undefined
let server: ReturnType<typeof Bun.serve>
/** What becomes of an answer on its way. */
let onTheWay: (answer: Response) => Response | Promise<Response>
beforeEach(() => {
  bugs = []
  readAtOnce = undefined
  onTheWay = (answer) => answer
  const door = new FileDoor({
    key,
    lookup: async (name) => {
      if (name === 'broken') throw new Error('The disk fails.')
      if (name !== 'here') return undefined
      return {
        bytes: content.length,
        read: async ({ start, end }) => {
          await readAtOnce
          return content.subarray(start, end)
        },
      }
    },
    others: () => ['10.0.0.9'],
    reportBug: (error) => bugs.push(error),
  })
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => onTheWay((await door.handle(request)) ?? new Response('mesh', { status: 404 })),
  })
})
afterEach(() => server.stop(true))

const question = (name: string, start: number, end: number, by = key) => {
  const asked = { name, range: { start, end }, challenge: newChallenge() }
  return { asked, ...ask(`127.0.0.1:${server.port}`, by, asked) }
}
const send = ({ url, headers }: { url: string; headers: Record<string, string> }) => fetch(url, { headers })
const files = () =>
  new MeshFiles({ key, address: '127.0.0.9', primary: () => '127.0.0.1', others: () => [], port: server.port ?? 0 })

test('a file comes in pieces, all of it or a part', async () => {
  const found = await files().find('here')
  expect(found?.bytes).toBe(content.length)
  const whole = await new Response(found?.stream()).bytes()
  expect(Buffer.compare(whole, content)).toBe(0)
  const part = await new Response(found?.stream({ start: 2_000_000, end: 2_500_000 })).bytes()
  expect(Buffer.compare(part, content.subarray(2_000_000, 2_500_000))).toBe(0)
  expect(await new Response(found?.stream({ start: 5, end: 5 })).bytes()).toHaveLength(0)
})

test('only a question that is proven is answered, and only as it was asked', async () => {
  const mine = question('here', 0, 10)
  expect((await send(mine)).status).toBe(200)
  const forged = [
    { ...mine, url: mine.url.replace('end=10', 'end=11') },
    { ...mine, url: mine.url.replace('name=here', 'name=broken') },
    { ...mine, headers: { ...mine.headers, 'encapsify-challenge': newChallenge() } },
    { ...mine, headers: {} },
    question('here', 0, 10, Buffer.from('another key')),
  ]
  for (const one of forged) expect((await send(one)).status).toBe(404)
})

test('what is asked for has bounds', async () => {
  for (const [start, end] of [
    [0, pieceBytesMax + 1],
    [10, 5],
    [-1, 5],
    [0.5, 5],
    [Number.NaN, 5],
    [0, 2 ** 60],
  ] as const) {
    expect((await send(question('here', start, end))).status).toBe(404)
  }
  expect((await send(question('x'.repeat(301), 0, 0))).status).toBe(404)
  expect((await send(question('here', 2_999_999, 3_000_001))).status).toBe(416)
  expect((await send(question('broken', 0, 0))).status).toBe(503)
  expect(bugs).toEqual([new Error('The disk fails.')])
})

test('pieces that are read at once have a limit: who comes then hears so', async () => {
  const gate = Promise.withResolvers<void>()
  readAtOnce = gate.promise
  const asked = Array.from({ length: 20 }, () => send(question('here', 0, 10)))
  const refused = await Promise.race(asked)
  expect(refused.status).toBe(503)
  gate.resolve()
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.filter((one) => one === 200)).toHaveLength(16)
})

test('an answer is believed only when it was given to this question, whole', async () => {
  const [one, other] = [question('here', 0, 10), question('here', 0, 10)]
  const heard = await send(one)
  expect(await readAnswer(key, other.asked, heard.clone())).toBeUndefined()
  expect(await readAnswer(key, one.asked, heard)).toMatchObject({ bytes: content.length })
  const found = await files().find('here')
  onTheWay = async (answer) => {
    const body = await answer.bytes()
    body[7] = (body[7] ?? 0) ^ 1
    return new Response(body, { headers: answer.headers })
  }
  const reading = new Response(found?.stream()).bytes()
  await expect(reading).rejects.toMatchObject({ code: 'unavailable' })
  onTheWay = (answer) => {
    answer.headers.set('encapsify-bytes', '7')
    return answer
  }
  await expect(files().find('here')).rejects.toMatchObject({ code: 'unavailable' })
})

test('a node that answers elsewhere is not followed', async () => {
  onTheWay = () => Response.redirect('http://127.0.0.1:1/', 302)
  await expect(files().find('here')).rejects.toMatchObject({ code: 'unavailable' })
})
