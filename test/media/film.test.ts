import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { loadSharp } from '../../src/images/sharp.ts'
import { film, filmed, tone } from '../fixtures/films.ts'
import { type MediaWorld, mediaWorld } from '../fixtures/media.ts'

let world: MediaWorld
beforeEach(async () => {
  world = await mediaWorld()
})
afterEach(async () => {
  expect(world.bugs).toEqual([])
  await world.close()
})

interface FilmResource {
  readonly state: string
  readonly progress: number
  readonly fault: string | null
  readonly durationMs: number
  readonly width: number
  readonly height: number
  readonly playlist: string | null
  readonly rungs: readonly { readonly name: string; readonly width: number | null; readonly bandwidth: number }[]
  readonly poster: string | null
  readonly preview: string | null
  readonly storyboard: string | null
  readonly chapters: string | null
  readonly captions: readonly { readonly language: string; readonly label: string; readonly url: string }[]
  readonly waveform: string | null
}
interface Resource {
  readonly id: string
  readonly url: string
  readonly film: FilmResource
}
const upload = async (bytes: Uint8Array<ArrayBuffer>, name = 'film.mp4') => {
  const response = await world.upload(bytes, name)
  expect(response.status).toBe(201)
  return (await response.json()) as Resource
}
const look = async (id: string) => (await (await world.call('GET', `/api/v1/assets/${id}`)).json()) as Resource
const get = (url: string, headers: Record<string, string> = {}) => world.fetch(new Request(url, { headers }))
const text = async (url: string) => (await get(url)).text()

describe('a film', () => {
  test('becomes a ladder up to its own size, with stills, a storyboard, a preview and its sound alone', async () => {
    const { id, film: before } = await upload(await film())
    expect(before).toMatchObject({ state: 'waiting', progress: 0, playlist: null })
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made).toMatchObject({ state: 'ready', progress: 100, fault: null, width: 640, height: 360 })
    expect(made.durationMs).toBeWithin(2_900, 3_200)
    expect(made.rungs.map(({ name, width }) => [name, width])).toEqual([
      ['video-240', 426],
      ['video-360', 640],
      ['sound', null],
    ])
    const master = await text(made.playlist ?? '')
    expect(master).toMatch(
      /^#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n(#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=\d+x\d+\nvideo-\d+\.m3u8\n){2}#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="mp4a\.40\.2"\nsound\.m3u8\n$/,
    )
    const sharp = await loadSharp('')
    const poster = await get(made.poster ?? '')
    expect(poster.headers.get('content-type')).toBe('image/jpeg')
    expect(await sharp(await poster.bytes()).metadata()).toMatchObject({ width: 640, height: 360 })
    const storyboard = made.storyboard ?? ''
    expect(await text(storyboard)).toContain('00:00:02.000 --> 00:00:03')
    const sheet = await get(new URL('storyboard.jpg', storyboard).href)
    expect(await sharp(await sheet.bytes()).metadata()).toMatchObject({ width: 480, height: 90 })
    expect((await get(made.preview ?? '')).headers.get('content-type')).toBe('video/mp4')
  }, 300_000)

  test('is sent in parts that never change', async () => {
    const { id } = await upload(await film({ seconds: 1 }))
    await world.jobs.settled()
    const playlist = (await look(id)).film.playlist ?? ''
    const rung = new URL('video-240.m3u8', playlist).href
    const listed = await get(rung)
    expect(Object.fromEntries(listed.headers)).toMatchObject({
      'content-type': 'application/vnd.apple.mpegurl',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    })
    const [, bytes, at] = /#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(await listed.text()) ?? []
    const range = `bytes=${at}-${Number(at) + Number(bytes) - 1}`
    const segment = await get(new URL('video-240.mp4', playlist).href, { range })
    expect(segment.status).toBe(206)
    expect((await segment.bytes()).length).toBe(Number(bytes))
    expect(segment.headers.get('cache-control')).toContain('immutable')
    expect((await get(new URL('video-720.mp4', playlist).href)).status).toBe(404)
    expect((await get(new URL('..%2fsecret.mp4', playlist).href)).status).toBe(404)
  }, 300_000)

  test('turned by a phone is as high as it is shown', async () => {
    const bytes = await film({ seconds: 1, size: '640x360', isSilent: true })
    const { id } = await upload(turned(bytes))
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made).toMatchObject({ state: 'ready', width: 360, height: 640 })
    expect(made.rungs.map(({ width }) => width)).toEqual([240, 360])
  }, 300_000)

  test('without sound has none, and no rung of it', async () => {
    const { id } = await upload(await film({ seconds: 1, size: '320x240', isSilent: true }))
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made.rungs.map(({ name }) => name)).toEqual(['video-240'])
    expect(await text(made.playlist ?? '')).not.toContain('mp4a')
  }, 300_000)

  test('keeps the captions and chapters that it brought along', async () => {
    const bytes = await filmed(
      [
        ...['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10:duration=4', '-i', 'words.srt', '-i', 'chapters.txt'],
        ...['-map', '0:v', '-map', '1:s', '-map_metadata', '2', '-c:v', 'libx264', '-preset', 'ultrafast'],
        ...['-pix_fmt', 'yuv420p', '-c:s', 'mov_text', '-metadata:s:s:0', 'language=deu'],
      ],
      'film.mp4',
      {
        'words.srt': '1\n00:00:00,500 --> 00:00:02,000\nGuten Tag\n',
        'chapters.txt': ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=First <b>\n',
      },
    )
    const { id } = await upload(bytes)
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made.captions).toMatchObject([{ language: 'deu', source: 'embedded' }])
    expect(await text(made.captions[0]?.url ?? '')).toContain('Guten Tag')
    expect(await text(made.chapters ?? '')).toContain('00:00:00.000 --> 00:00:02.000\nFirst  b>')
  }, 300_000)

  test('takes captions from its owner, which come before its own', async () => {
    const { id } = await upload(await film({ seconds: 1, size: '320x240' }))
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nGood day\n'
    const put = (language: string, body: string) =>
      world.call('PUT', `/api/v1/assets/${id}/captions/${language}`, body, { 'content-type': 'text/vtt' })
    expect((await put('en', vtt)).status).toBe(200)
    expect((await put('en', 'Good day')).status).toBe(422)
    expect((await put('en', 'WEBVTT\n\nno cue')).status).toBe(422)
    expect((await put('not_a_language', vtt)).status).toBe(422)
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made.captions).toMatchObject([{ language: 'en', label: 'English', source: 'uploaded' }])
    const shown = await get(made.captions[0]?.url ?? '')
    expect(shown.headers.get('content-type')).toBe('text/vtt; charset=utf-8')
    expect(await shown.text()).toBe(vtt)
    expect((await world.call('DELETE', `/api/v1/assets/${id}/captions/en`)).status).toBe(204)
    expect((await look(id)).film.captions).toEqual([])
  }, 300_000)
})

describe('a sound', () => {
  test('gets a waveform and plays as it is', async () => {
    const { id, url } = await upload(await tone(), 'tone.mp3')
    await world.jobs.settled()
    const { film: made } = await look(id)
    expect(made).toMatchObject({ state: 'ready', rungs: [], playlist: null })
    const bars = [...Buffer.from(made.waveform ?? '', 'base64')]
    expect(bars).toHaveLength(200)
    expect(bars.at(-5) ?? 0).toBeGreaterThan(200)
    expect(bars[5] ?? 255).toBeLessThan(40)
    expect((await get(url, { range: 'bytes=0-9' })).status).toBe(206)
  }, 300_000)
})

/** The same film with a quarter turn in the matrix of its track's header (ISO/IEC 14496-12, 8.3.2). */
function turned(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = Buffer.from(bytes)
  const matrix = copy.indexOf('tkhd', 0, 'latin1') + 4 + 40
  for (const [n, value] of [0, 0x10000, 0, -0x10000, 0, 0].entries()) copy.writeInt32BE(value, matrix + 4 * n)
  return Uint8Array.from(copy)
}
