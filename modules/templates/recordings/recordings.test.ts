import { describe, expect, test } from 'bun:test'
import sharp from 'sharp'
import { dayAt, dayFormat, daySeconds } from './day.ts'
import { recordingDoor } from './door.ts'
import { rangeOf } from './range.ts'
import { recordingNames, recordingUrl } from './recordings.ts'
import { keyFrameOf } from './vp8.ts'
import { webm } from './webm.ts'

const encode = async (svg: string) => sharp(Buffer.from(svg)).resize(64).removeAlpha().webp({ effort: 0 }).toBuffer()

async function answered(door: ReturnType<typeof recordingDoor>, path: string, headers: Record<string, string> = {}) {
  const response = await door(new Request(`http://localhost${path}`, { headers }), undefined as never)
  if (response === undefined) throw new Error(`No answer for ${path}`)
  return response
}

describe('a film', () => {
  test('holds the frames it was made of', async () => {
    const frames = await Promise.all([6, 12].map(async (hour) => keyFrameOf(await encode(dayAt(hour).toString()))))
    const film = Buffer.from(webm(frames, { ...dayFormat, framesPerSecond: 1 }))
    expect(film.subarray(0, 4).toString('hex')).toBe('1a45dfa3')
    expect(film.includes('V_VP8')).toBe(true)
    // A VP8 key frame begins with its start code in the fourth byte (RFC 6386, 9.1).
    for (const frame of frames) {
      expect([...frame.subarray(3, 6)]).toEqual([0x9d, 0x01, 0x2a])
      expect(film.includes(Buffer.from(frame))).toBe(true)
    }
  })

  test('is made of plain lossy pictures only', async () => {
    const lossless = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
      .webp({ lossless: true })
      .toBuffer()
    expect(() => keyFrameOf(lossless)).toThrow('no plain lossy WebP')
  })
})

describe('the door', () => {
  test('answers the song whole and in parts', async () => {
    const door = recordingDoor(encode)
    const path = recordingUrl('dawn-song')
    const whole = await answered(door, path)
    expect(whole.headers.get('content-type')).toBe('audio/wav')
    expect(whole.headers.get('cache-control')).toContain('immutable')
    const bytes = Buffer.from(await whole.arrayBuffer())
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF')
    const part = await answered(door, path, { range: 'bytes=8-11' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 8-11/${bytes.length}`)
    expect(await part.text()).toBe('WAVE')
    expect((await answered(door, path, { range: `bytes=${bytes.length}-` })).status).toBe(416)
    expect((await answered(door, path, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
    const etag = whole.headers.get('etag') ?? ''
    expect((await answered(door, path, { 'if-none-match': etag })).status).toBe(304)
  })

  test('makes a film once, however many ask', async () => {
    let frames = 0
    const door = recordingDoor((svg) => {
      frames++
      return encode(svg)
    })
    const films = await Promise.all([1, 2, 3].map(() => answered(door, recordingUrl('day'))))
    for (const film of films) expect(film.headers.get('content-type')).toBe('video/webm')
    expect(frames).toBe(daySeconds * dayFormat.framesPerSecond)
  })

  test('says so when a film can’t be made, and tries again', async () => {
    let broken = true
    const door = recordingDoor((svg) => (broken ? Promise.reject(new Error('no codec')) : encode(svg)))
    const refused = await answered(door, recordingUrl('day'))
    expect(refused.status).toBe(503)
    expect(await refused.text()).not.toContain('no codec')
    broken = false
    expect((await answered(door, recordingUrl('day'))).status).toBe(200)
  })

  test('leads from an earlier edition to the newest, and leaves the rest', async () => {
    const door = recordingDoor(encode)
    const old = await answered(door, '/-/recordings/day-0000000000.webm')
    expect(old.headers.get('location')).toBe(recordingUrl('day'))
    for (const path of ['/-/recordings/day-0000000000.wav', '/-/recordings/none-0000000000.wav', '/']) {
      expect(door(new Request(`http://localhost${path}`), undefined as never)).toBeUndefined()
    }
  })

  test('names are addresses that a document may hold', () => {
    for (const name of recordingNames) expect(recordingUrl(name)).toMatch(/^\/-\/[\w./-]+$/)
  })
})

test.each<[string | null, ReturnType<typeof rangeOf>]>([
  [null, undefined],
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-200', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-200', { start: 0, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-3', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,5-6', undefined],
  ['lines=1-2', undefined],
])('of a hundred bytes, %p asks for %p', (header, expected) => {
  expect(rangeOf(header, 100)).toEqual(expected)
})
