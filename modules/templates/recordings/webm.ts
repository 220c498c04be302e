/** A film of frames that each stand for themselves: VP8 key frames in a WebM file (webmproject.org/docs/container, RFC 8794). */
export interface FilmFormat {
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
}

/** Elements of the container, by their ids. */
const ids = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  idLengthMax: 0x42f2,
  sizeLengthMax: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxer: 0x4d80,
  writer: 0x5741,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cues: 0x1c53bb6b,
  cue: 0xbb,
  cueTime: 0xb3,
  cuePositions: 0xb7,
  cueTrack: 0xf7,
  cueCluster: 0xf1,
  cluster: 0x1f43b675,
  clusterTime: 0xe7,
  simpleBlock: 0xa3,
} as const

const keyFrame = 0x80

/** Players can jump to any second: each begins a cluster, and the table of clusters stands before them. */
export function webm(
  frames: readonly Uint8Array[],
  { width, height, framesPerSecond }: FilmFormat,
): Uint8Array<ArrayBuffer> {
  const head = element(
    ids.ebml,
    number(ids.ebmlVersion, 1),
    number(ids.ebmlReadVersion, 1),
    number(ids.idLengthMax, 4),
    number(ids.sizeLengthMax, 8),
    text(ids.docType, 'webm'),
    number(ids.docTypeVersion, 2),
    number(ids.docTypeReadVersion, 2),
  )
  const info = element(
    ids.info,
    number(ids.timestampScale, 1_000_000),
    float(ids.duration, (frames.length * 1_000) / framesPerSecond),
    text(ids.muxer, 'Encapsify'),
    text(ids.writer, 'Encapsify'),
  )
  const tracks = element(
    ids.tracks,
    element(
      ids.track,
      number(ids.trackNumber, 1),
      number(ids.trackUid, 1),
      number(ids.trackType, 1),
      text(ids.codec, 'V_VP8'),
      element(ids.video, number(ids.width, width), number(ids.height, height)),
    ),
  )
  const clusters = Array.from({ length: Math.ceil(frames.length / framesPerSecond) }, (_, second) =>
    cluster(frames.slice(second * framesPerSecond, (second + 1) * framesPerSecond), second * 1_000, framesPerSecond),
  )
  // Positions have a fixed length, so that the table's size is known before they are.
  const before = info.length + tracks.length + cues(clusters.map(() => 0)).length
  let position = before
  const positions = clusters.map((one) => {
    const at = position
    position += one.length
    return at
  })
  return join([head, element(ids.segment, info, tracks, cues(positions), ...clusters)])
}

function cluster(frames: readonly Uint8Array[], startMs: number, framesPerSecond: number): Uint8Array {
  const blocks = frames.map((frame, n) => {
    const afterMs = Math.round((n * 1_000) / framesPerSecond)
    return element(ids.simpleBlock, Uint8Array.of(0x81, afterMs >> 8, afterMs & 0xff, keyFrame), frame)
  })
  return element(ids.cluster, number(ids.clusterTime, startMs), ...blocks)
}

/** Where the cluster of each second begins, counted from the segment's first element. */
function cues(positions: readonly number[]): Uint8Array {
  const points = positions.map((position, second) =>
    element(
      ids.cue,
      number(ids.cueTime, second * 1_000),
      element(ids.cuePositions, number(ids.cueTrack, 1), element(ids.cueCluster, big(position, 8))),
    ),
  )
  return element(ids.cues, ...points)
}

function element(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const length = big(size, 8)
  length[0] = 0x01
  return join([big(id, Math.ceil((32 - Math.clz32(id)) / 8)), length, ...parts])
}

function number(id: number, value: number): Uint8Array {
  return element(id, big(value, Math.max(1, Math.ceil(Math.log2(value + 1) / 8))))
}

function float(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return element(id, bytes)
}

function text(id: number, words: string): Uint8Array {
  return element(id, new TextEncoder().encode(words))
}

/** A whole number below 2^53 in `length` bytes, the largest first. */
function big(value: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let n = length - 1, rest = value; n >= 0; n--, rest = Math.floor(rest / 256)) bytes[n] = rest % 256
  return bytes
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
