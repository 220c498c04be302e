import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryBlobs } from '../../modules/media/blobs/memory.ts'
import type { BlobKey } from '../../modules/media/blobs/store.ts'
import { assetChanged } from '../../modules/media/events.ts'
import { limits } from '../../modules/media/limits.ts'
import { findFfmpeg } from '../../modules/media/video/ffmpeg.ts'
import { AppError } from '../../src/errors.ts'
import { film, filmed } from '../fixtures/films.ts'
import { type MediaWorld, mediaWorld } from '../fixtures/media.ts'

interface Resource {
  readonly id: string
  readonly url: string
  readonly type: string
  readonly film: {
    readonly state: string
    readonly fault: string | null
    readonly progress: number
    readonly playlist: string | null
    readonly rungs: readonly { readonly name: string }[]
  } | null
}

let world: MediaWorld
let store: MemoryBlobs
/** Names of what was kept, in order. */
let kept: string[]
/** Told before something is kept; what it throws is thrown. */
let onKeep: (key: BlobKey) => void
class Watched extends MemoryBlobs {
  override async keep(key: BlobKey, path: string): Promise<void> {
    if (key.derived !== undefined) {
      onKeep(key)
      kept.push(key.derived)
    }
    return super.keep(key, path)
  }
}
beforeEach(async () => {
  kept = []
  onKeep = () => {}
  store = new Watched()
  world = await mediaWorld({ store })
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  const left = await readdir(join(world.folder, 'media/incoming')).catch((): string[] => [])
  expect(left.filter((name) => name.startsWith('film-'))).toEqual([])
  await world.close()
})

const upload = async (bytes: Uint8Array<ArrayBuffer> | string, in_ = world) => {
  const response = await in_.upload(bytes, 'film.mp4')
  expect(response.status).toBe(201)
  return (await response.json()) as Resource
}
const look = async (id: string, in_ = world) =>
  (await (await in_.call('GET', `/api/v1/assets/${id}`)).json()) as Resource

describe('the work on a film', () => {
  test('that breaks off goes on where it was: no rung is made twice', async () => {
    const { id } = await upload(await film({ seconds: 1 }))
    let isBroken = true
    onKeep = ({ derived }) => {
      if (derived === 'video-360.m3u8' && isBroken) {
        isBroken = false
        throw new Error('The power is cut.')
      }
    }
    await world.jobs.settled()
    expect((await look(id)).film).toMatchObject({ state: 'working', rungs: [{ name: 'video-240' }] })
    world.aheadMs(60_000)
    await world.jobs.settled()
    expect((await look(id)).film).toMatchObject({ state: 'ready', progress: 100 })
    const times = (name: string) => kept.filter((one) => one === name).length
    expect([times('video-240.mp4'), times('poster.jpg'), times('video-360.mp4')]).toEqual([1, 1, 2])
  }, 300_000)

  test('that breaks off again and again is given up, and the owner can have it tried once more', async () => {
    const { id } = await upload(await film({ seconds: 1, size: '320x240' }))
    onKeep = () => {
      throw new Error('as asked')
    }
    for (let n = 1; n <= 5; n++) {
      await world.jobs.settled()
      world.aheadMs(n * 3_600_000)
    }
    expect((await look(id)).film).toMatchObject({ state: 'failed', fault: expect.stringContaining('again and again') })
    onKeep = () => {}
    expect((await world.call('POST', `/api/v1/assets/${id}/film`)).status).toBe(202)
    await world.jobs.settled()
    expect((await look(id)).film).toMatchObject({ state: 'ready', fault: null })
    expect((await world.call('DELETE', `/api/v1/assets/${id}/film`)).status).toBe(409)
  }, 300_000)

  test('is stopped at once when it is cancelled, and what stands plays', async () => {
    const { id } = await upload(await film({ seconds: 2 }))
    let cancelled: Promise<Response> | undefined
    world.db.changes.onApplied(assetChanged, ({ subject, payload }) => {
      if (subject !== id || payload.what !== 'encoded' || !kept.includes('video-240.m3u8')) return
      cancelled ??= world.call('DELETE', `/api/v1/assets/${id}/film`)
    })
    await world.jobs.settled()
    expect((await cancelled)?.status).toBe(200)
    const { film: made } = await look(id)
    expect(made).toMatchObject({ state: 'cancelled', rungs: [{ name: 'video-240' }] })
    expect(kept).not.toContain('video-360.m3u8')
    expect((await world.fetch(new Request(made?.playlist ?? ''))).status).toBe(200)
  }, 300_000)

  test('of the same bytes is not done twice', async () => {
    const bytes = await film({ seconds: 1, size: '320x240' })
    const [one, two] = [await upload(bytes), await upload(bytes)]
    await world.jobs.settled()
    expect([(await look(one.id)).film?.state, (await look(two.id)).film?.state]).toEqual(['ready', 'ready'])
    expect(kept.filter((name) => name === 'video-240.mp4')).toHaveLength(1)
  }, 300_000)

  test('takes room of its organization, which has it back with the film', async () => {
    const bytes = await film({ seconds: 1, size: '320x240', isSilent: true })
    const { id } = await upload(bytes)
    await world.jobs.settled()
    const used = async () => ((await (await world.call('GET', '/api/v1/storage')).json()) as { bytes: number }).bytes
    const files = await Promise.all(
      ['', ...kept].map(async (derived) => {
        const key = { organizationId: world.organizationId, hash: await hashOf(id) }
        return (await store.find(derived === '' ? key : { ...key, derived }))?.bytes ?? 0
      }),
    )
    expect(kept).toContain('video-240.mp4')
    expect(await used()).toBe(files.reduce((sum, one) => sum + one, 0))
    // The same bytes once more are kept once, and counted once.
    const { id: again } = await upload(bytes)
    await world.jobs.settled()
    expect(await used()).toBe(files.reduce((sum, one) => sum + one, 0))
    for (const one of [id, again]) await world.call('DELETE', `/api/v1/assets/${one}`)
    expect(await used()).toBe(0)
  }, 300_000)

  test('that another film takes the place of begins anew', async () => {
    const { id } = await upload(await film({ seconds: 1, size: '320x240' }))
    await world.jobs.settled()
    const form = new FormData()
    form.set('file', new File([await film({ seconds: 1, size: '480x360' })], 'other.mp4'))
    const replaced = (await (await world.call('PUT', `/api/v1/assets/${id}/content`, form)).json()) as Resource
    expect(replaced.film).toMatchObject({ state: 'waiting', playlist: null })
    await world.jobs.settled()
    expect((await look(id)).film?.rungs.map(({ name }) => name)).toContain('video-360')
    expect((await world.call('DELETE', `/api/v1/assets/${id}`)).status).toBe(204)
  }, 300_000)

  test('waits where there is no ffmpeg: the original plays, the owner is told, and it begins once there is one', async () => {
    let installed: ReturnType<typeof findFfmpeg>
    const plain = await mediaWorld({ ffmpeg: () => installed })
    try {
      const { id, url } = await upload(await film({ seconds: 1, size: '320x240' }), plain)
      await plain.jobs.settled()
      expect((await look(id, plain)).film).toMatchObject({ state: 'plain', fault: expect.stringContaining('ffmpeg') })
      const played = await plain.fetch(new Request(url, { headers: { range: 'bytes=0-99' } }))
      expect([played.status, played.headers.get('content-type')]).toEqual([206, 'video/mp4'])
      plain.aheadMs(limits.filmsResumeEveryMs + 1_000)
      await plain.jobs.settled()
      expect((await look(id, plain)).film?.state).toBe('plain')
      installed = findFfmpeg()
      plain.aheadMs(2 * limits.filmsResumeEveryMs + 2_000)
      await plain.jobs.settled()
      expect((await look(id, plain)).film).toMatchObject({
        state: 'ready',
        fault: null,
        rungs: [{ name: 'video-240' }, { name: 'sound' }],
      })
    } finally {
      await plain.close()
    }
  }, 300_000)
})

/** A name of a secret of this machine, in whatever reads a film by reference. */
const secretFolder = mkdtempSync(join(tmpdir(), 'encapsify-secret-'))
const secret = join(secretFolder, 'secret.txt')
const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}
const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'))
const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`

/** Each: what it is, and how it is made. All of them look like films to whoever reads their first bytes. */
const hostile: readonly [string, () => Promise<Uint8Array> | Uint8Array][] = [
  ['a header and nothing else', () => ftyp],
  ['a playlist behind a header of MP4', () => Buffer.concat([ftyp, Buffer.from(list)])],
  [
    'a list of files behind a header of MP4',
    () => Buffer.concat([ftyp, Buffer.from(`ffconcat version 1.0\nfile ${secret}\n`)]),
  ],
  [
    'boxes within boxes',
    () =>
      Buffer.concat([ftyp, Array.from({ length: 500 }).reduce<Buffer>((inner) => box('moov', inner), Buffer.alloc(0))]),
  ],
  ['a film cut in half', async () => (await film({ seconds: 1, size: '320x240' })).slice(0, 3_000)],
  [
    'a film of sides that lie',
    async () => lying(await film({ seconds: 1, size: '320x240' }), 'avc1', 24, Buffer.from([0xff, 0xdc, 0xff, 0xdc])),
  ],
  [
    'a film of a length that lies',
    async () =>
      lying(
        await film({ seconds: 1, size: '320x240', isSilent: true }),
        'mvhd',
        16,
        Buffer.from([0x7f, 0xff, 0xff, 0xff]),
      ),
  ],
  [
    'noise that calls itself Matroska',
    () => Buffer.concat([Buffer.from('\x1aE\xdf\xa3', 'latin1'), crypto.getRandomValues(new Uint8Array(5_000))]),
  ],
  [
    'noise that calls itself Ogg',
    () => Buffer.concat([Buffer.from('OggS'), crypto.getRandomValues(new Uint8Array(5_000))]),
  ],
  ['noise behind a tag of MP3', () => Buffer.concat([Buffer.from('ID3'), new Uint8Array(5_000)])],
  [
    'forty streams',
    () =>
      filmed(
        [...['-f', 'lavfi', '-i', 'sine=duration=0.1'], ...Array.from({ length: 40 }, () => ['-map', '0:a']).flat()],
        'many.mp4',
      ),
  ],
]

/** Other bytes so many places behind the name of a box. */
function lying(bytes: Uint8Array, name: string, at: number, lie: Buffer): Uint8Array {
  const copy = Buffer.from(bytes)
  const start = copy.indexOf(name, 0, 'latin1')
  lie.copy(copy, start + 4 + at)
  return copy
}

describe('a hostile film', () => {
  test.each(hostile)(
    '%s: an end in time, a clear word, nothing of this machine',
    async (_name, make) => {
      await Bun.write(secret, 'the secret of this machine')
      const { id, film: begun } = await upload(Uint8Array.from(await make()))
      if (begun === null) return
      await world.jobs.settled()
      const { film: ended } = await look(id)
      expect(['failed', 'ready']).toContain(ended?.state ?? '')
      if (ended?.state === 'failed') expect(ended.fault).toMatch(/^This (film|file) .+\.$/)
      expect(ended?.fault ?? '').not.toMatch(/\/tmp|ffmpeg|secret/)
      const found = await Promise.all(
        kept.map(async (derived) =>
          store.find({ organizationId: world.organizationId, hash: await hashOf(id), derived }),
        ),
      )
      for (const one of found) expect(await new Response(one?.stream()).text()).not.toContain('the secret')
      rmSync(secretFolder, { recursive: true, force: true })
    },
    60_000,
  )

  test('a playlist is no film: it is never given to ffmpeg', async () => {
    expect(await upload(list)).toMatchObject({ type: 'text/plain', film: null })
  })

  test('a playlist under a false type is not followed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsify-list-'))
    try {
      await Bun.write(join(folder, 'list.mp4'), list)
      const ffmpeg = findFfmpeg()
      const { signal } = new AbortController()
      for (const type of ['video/mp4', 'video/webm', 'video/ogg', 'audio/mpeg', 'audio/wav', 'audio/flac']) {
        const said = await ffmpeg?.probe(join(folder, 'list.mp4'), type, signal).then(
          (value) => JSON.stringify(value),
          (error: unknown) => (error instanceof AppError ? error.code : error),
        )
        expect(said).not.toContain('hls')
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

async function hashOf(id: string): Promise<string> {
  return world.media.assets.find(id)?.hash ?? ''
}
