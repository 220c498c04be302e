import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Upload } from 'tus-js-client'
import { randomBytes } from '../../../test/fixtures/blob-contract.ts'
import { type MediaWorld, mediaWorld } from '../../../test/fixtures/media.ts'
import { limits } from '../limits.ts'

let world: MediaWorld
let server: Bun.Server<undefined>
/** The status of the server's next answer, whether anybody is there to read it or not. */
let answeredNext = Promise.withResolvers<number>()
beforeEach(async () => {
  world = await mediaWorld()
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const answered = await world.fetch(request)
      answeredNext.resolve(answered.status)
      return answered
    },
  })
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await server.stop(true)
  await world.close()
})

const mp4 = (count: number) => {
  const bytes = randomBytes(count)
  bytes.set(Buffer.from('\0\0\0\x20ftypisom', 'latin1'))
  return bytes
}
const origin = () => `http://127.0.0.1:${server.port}`
const metadata = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
const tus = (method: string, path: string, headers: Record<string, string> = {}, body?: BodyInit) =>
  world.call(method, path, body, { 'tus-resumable': '1.0.0', ...headers })
const bytesType = { 'content-type': 'application/offset+octet-stream' }
const begin = (length: number, fields: Record<string, string> = { filename: 'film.mp4' }) =>
  tus('POST', '/api/v1/uploads', { 'upload-length': String(length), 'upload-metadata': metadata(fields) })
const whole = (path: string, bytes: Uint8Array<ArrayBuffer>) =>
  tus('PATCH', path, { ...bytesType, 'upload-offset': '0' }, bytes)

describe('resumable uploads', () => {
  test('tus-js-client sends a file in parts, is cut off, goes on where it was, and finds its asset', async () => {
    const bytes = mp4(5 * 1_048_576 + 3)
    const progress: number[] = []
    const options = {
      endpoint: `${origin()}/api/v1/uploads`,
      chunkSize: 1_048_576,
      headers: { authorization: `Bearer ${world.key}` },
      metadata: { filename: 'Film.mp4', filetype: 'video/mp4', alt: 'A film' },
      retryDelays: [],
    }
    const cutOff = await new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(Buffer.from(bytes), {
        ...options,
        onError: reject,
        onChunkComplete: (_size, accepted) => {
          if (accepted < 2 * 1_048_576) return
          void upload.abort().then(() => resolve(upload.url ?? ''))
        },
      })
      upload.start()
    })
    expect(cutOff).toStartWith(`${origin()}/api/v1/uploads/upl_`)
    const half = (await (await world.call('GET', new URL(cutOff).pathname)).json()) as { offset: number }
    expect(half).toMatchObject({ bytes: bytes.length, asset: null })
    expect(half.offset).toBeGreaterThanOrEqual(2 * 1_048_576)
    const asset = await new Promise<string>((resolve, reject) => {
      let made = ''
      new Upload(Buffer.from(bytes), {
        ...options,
        uploadUrl: cutOff,
        onError: reject,
        onProgress: (sent) => progress.push(sent),
        onAfterResponse: (_request, response) => {
          made = response.getHeader('Encapsify-Asset') ?? made
        },
        onSuccess: () => resolve(made),
      }).start()
    })
    expect(progress[0]).toBeGreaterThanOrEqual(half.offset)
    const resource = (await (await world.call('GET', `/api/v1/assets/${asset}`)).json()) as { url: string }
    expect(resource).toMatchObject({ name: 'Film.mp4', alt: 'A film', kind: 'video', type: 'video/mp4' })
    const film = await fetch(resource.url.replace('http://localhost', origin()))
    expect(film.headers.get('content-type')).toBe('video/mp4')
    expect(await film.bytes()).toEqual(bytes)
    const after = (await (await world.call('GET', new URL(cutOff).pathname)).json()) as unknown
    expect(after).toMatchObject({ offset: bytes.length, asset: { id: asset } })
  })

  test('bytes whose checksum is another are thrown away, and those with theirs are kept', async () => {
    const bytes = mp4(5_000)
    const path = (await begin(bytes.length)).headers.get('location') ?? ''
    const digest = new Bun.CryptoHasher('sha256').update(bytes.slice(0, 3_000)).digest('base64')
    const part = (end: number, checksum: string) =>
      tus('PATCH', path, { ...bytesType, 'upload-offset': '0', 'upload-checksum': checksum }, bytes.slice(0, end))
    expect((await tus('OPTIONS', '/api/v1/uploads')).headers.get('tus-checksum-algorithm')).toContain('sha256')
    const other = await part(2_999, `sha256 ${digest}`)
    expect([other.status, other.headers.get('content-type')]).toEqual([460, 'application/problem+json'])
    expect((await part(3_000, `crc32 ${digest}`)).status).toBe(400)
    expect((await tus('HEAD', path)).headers.get('upload-offset')).toBe('0')
    expect((await part(3_000, `sha256 ${digest}`)).status).toBe(204)
    expect((await tus('HEAD', path)).headers.get('upload-offset')).toBe('3000')
  })

  test('a line that breaks keeps what arrived of a resumable upload, and nothing of another', async () => {
    const breakOff = async (head: string, body: string, arrived: () => Promise<boolean>) => {
      answeredNext = Promise.withResolvers()
      const lines = [head, 'Host: localhost', `Authorization: Bearer ${world.key}`, 'Content-Length: 1000000']
      const line = await Bun.connect({
        hostname: '127.0.0.1',
        port: server.port ?? 0,
        socket: { open: (socket) => void socket.write(`${lines.join('\r\n')}\r\n${body}`), data() {} },
      })
      while (!(await arrived()));
      line.end()
      return answeredNext.promise
    }
    const path = (await begin(1_000_000)).headers.get('location') ?? ''
    const all = async () => (await (await world.call('GET', path)).text()).includes('"offset":50000,')
    const patch = 'Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n\r\n'
    expect(await breakOff(`PATCH ${path} HTTP/1.1`, patch + 'x'.repeat(50_000), all)).toBe(400)
    expect((await tus('HEAD', path)).headers.get('upload-offset')).toBe('50000')
    const incoming = () => (existsSync(folder) ? readdirSync(folder) : [])
    const folder = join(world.folder, 'media/incoming')
    const begun = async () => {
      await new Promise(setImmediate)
      return incoming().length > 0
    }
    const form =
      'Content-Type: multipart/form-data; boundary=X\r\n\r\n--X\r\nContent-Disposition: form-data; name="file"'
    const post = `${form}\r\n\r\n${'x'.repeat(50_000)}`
    expect(await breakOff('POST /api/v1/assets HTTP/1.1', post, begun)).toBe(400)
    expect(incoming()).toEqual([])
  })

  test('a film plays in parts, as a server sends them', async () => {
    const bytes = mp4(300_000)
    const { pathname } = new URL((await begin(bytes.length)).headers.get('location') ?? '', origin())
    const id = (await whole(pathname, bytes)).headers.get('encapsify-asset')
    const { url } = (await (await world.call('GET', `/api/v1/assets/${id}`)).json()) as { url: string }
    const at = (range: string, method = 'GET') =>
      fetch(url.replace('http://localhost', origin()), { method, headers: { range } })
    const part = await at('bytes=1000-1999')
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 1000-1999/300000')
    expect(part.headers.get('content-disposition')).toStartWith('inline; filename="film.mp4"')
    expect(await part.bytes()).toEqual(bytes.slice(1_000, 2_000))
    expect(await (await at('bytes=299990-')).bytes()).toEqual(bytes.slice(299_990))
    expect((await at('bytes=300000-')).status).toBe(416)
    const head = await fetch(url.replace('http://localhost', origin()), { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe('300000')
  })

  test('the end may be told twice, and makes one asset', async () => {
    const bytes = mp4(1_000)
    const path = (await begin(bytes.length)).headers.get('location') ?? ''
    const first = await whole(path, bytes)
    const again = await tus('PATCH', path, { ...bytesType, 'upload-offset': '1000' }, new Uint8Array())
    expect(again.headers.get('encapsify-asset')).toBe(first.headers.get('encapsify-asset') ?? 'none')
    expect(await (await world.call('GET', '/api/v1/storage')).json()).toMatchObject({ assets: 1 })
  })

  test('one upload can take the place of an asset', async () => {
    const bytes = mp4(1_000)
    const id = (await whole((await begin(bytes.length)).headers.get('location') ?? '', bytes)).headers.get(
      'encapsify-asset',
    )
    const other = mp4(2_000)
    const path = (await begin(other.length, { asset: id ?? '' })).headers.get('location') ?? ''
    expect((await whole(path, other)).headers.get('encapsify-asset')).toBe(id ?? 'none')
    expect(await (await world.call('GET', `/api/v1/assets/${id}`)).json()).toMatchObject({ bytes: 2_000 })
  })

  test('what is refused says why, as a problem, and leaves nothing', async () => {
    const problem = async (response: Response) => {
      const { code } = (await response.json()) as { code: string }
      expect(response.headers.get('tus-resumable')).toBe('1.0.0')
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      return `${response.status} ${code}`
    }
    expect(await problem(await begin(limits.fileBytesMax + 1))).toBe('413 too-large')
    expect(await problem(await tus('POST', '/api/v1/uploads'))).toBe('400 malformed')
    expect(await problem(await world.call('POST', '/api/v1/uploads', undefined, { 'upload-length': '1' }))).toBe(
      '412 precondition-failed',
    )
    const text = new Uint8Array(Buffer.from('no picture'))
    const path = (await begin(text.length, { filetype: 'image/png' })).headers.get('location') ?? ''
    expect(await problem(await tus('PATCH', path, { ...bytesType, 'upload-offset': '5' }, text))).toBe('409 conflict')
    expect(await problem(await whole(path, text))).toBe('415 unsupported-media-type')
    expect(await problem(await tus('HEAD', path).then((head) => new Response('{"code":"-"}', head)))).toBe('404 -')
    expect(readdirSync(join(world.folder, 'media/unfinished', world.organizationId.slice(4)))).toEqual([])
  })

  test('an upload is its organization’s alone, and can be thrown away', async () => {
    const path = (await begin(1_000)).headers.get('location') ?? ''
    const stranger = { authorization: `Bearer ${world.otherKey}` }
    for (const method of ['HEAD', 'GET', 'PATCH', 'DELETE']) {
      expect((await tus(method, path, { ...bytesType, 'upload-offset': '0', ...stranger })).status).toBe(404)
    }
    for (const id of ['upl_1', '..%2f..%2fx', world.organizationId]) {
      expect((await tus('HEAD', `/api/v1/uploads/${id}`)).status).toBe(404)
    }
    expect((await tus('DELETE', path)).status).toBe(204)
    expect((await tus('HEAD', path)).status).toBe(404)
  })

  test('an organization begins no more than it may', async () => {
    for (let n = 0; n < limits.unfinishedUploadsMax; n++) expect((await begin(10)).status).toBe(201)
    expect((await begin(10)).status).toBe(429)
  })

  test('the server tells what it can do, and opens to no other origin', async () => {
    const answered = await tus('OPTIONS', '/api/v1/uploads')
    expect(answered.headers.get('tus-extension')).toBe('creation,creation-with-upload,termination,expiration,checksum')
    expect(answered.headers.get('tus-max-size')).toBe(String(limits.fileBytesMax))
    expect([...answered.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
