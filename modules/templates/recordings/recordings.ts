import { createHash } from 'node:crypto'
import { dawnScore, playDawn } from './dawn-song.ts'
import { dayAt, dayFormat, daySeconds } from './day.ts'
import { keyFrameOf } from './vp8.ts'
import { webm } from './webm.ts'

/** Turns a drawn frame into a lossy WebP picture without transparency. */
export type FrameEncoder = (svg: string) => Promise<Uint8Array>

interface Recording {
  readonly type: string
  readonly extension: string
  /** What it is made of: tells one edition from another without making it. */
  readonly source: () => string
  readonly make: (encode: FrameEncoder) => Promise<Uint8Array<ArrayBuffer>>
}

const dawn = 5
const night = 21
const dayFrames = daySeconds * dayFormat.framesPerSecond
const dayFrame = (n: number): string => dayAt(dawn + ((night - dawn) * n) / dayFrames).toString()

const recordings = {
  'dawn-song': { type: 'audio/wav', extension: 'wav', source: () => JSON.stringify(dawnScore()), make: playDawn },
  day: {
    type: 'video/webm',
    extension: 'webm',
    source: () =>
      Array.from({ length: daySeconds }, (_, second) => dayFrame(second * dayFormat.framesPerSecond)).join(),
    async make(encode) {
      const frames: Uint8Array[] = []
      // One after the other: nobody waits for a film, and the machine has other things to do.
      for (let n = 0; n < dayFrames; n++) frames.push(keyFrameOf(await encode(dayFrame(n))))
      return webm(frames, dayFormat)
    },
  },
} as const satisfies Record<string, Recording>

export type RecordingName = keyof typeof recordings

export const recordingNames = Object.keys(recordings) as readonly RecordingName[]

export const recordingsPrefix = '/-/recordings/'
/** Part of every hash: to be raised when the way of making changes and the sources do not. */
const edition = 1
const hashes = new Map<RecordingName, string>()

/** Where a sound or a film is served, for the `src` of a document. */
export function recordingUrl(name: RecordingName): string {
  return `${recordingsPrefix}${name}-${hashOf(name)}.${recordings[name].extension}`
}

/** What an address asks for; it may carry the hash of an earlier edition. */
export function recordingAt(path: string): { readonly name: RecordingName; readonly newest: boolean } | undefined {
  if (!path.startsWith(recordingsPrefix)) return undefined
  const [, name = '', hash, extension] =
    /^([a-z0-9-]{1,40})-([0-9a-f]{10})\.([a-z]+)$/.exec(path.slice(recordingsPrefix.length)) ?? []
  if (!isName(name) || recordings[name].extension !== extension) return undefined
  return { name, newest: hash === hashOf(name) }
}

export function recording(name: RecordingName): Recording {
  return recordings[name]
}

function isName(name: string): name is RecordingName {
  return Object.hasOwn(recordings, name)
}

function hashOf(name: RecordingName): string {
  let hash = hashes.get(name)
  if (hash === undefined) {
    hash = createHash('sha256').update(`${edition}\n${recordings[name].source()}`).digest('hex').slice(0, 10)
    hashes.set(name, hash)
  }
  return hash
}
