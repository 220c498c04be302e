import { limits } from '../limits.ts'
import type { Made, MadeRung } from './made.ts'

/** Bits a second of a playlist of byte ranges, and its length. @throws Error for one that isn't ours. */
export function measurePlaylist(text: string): { bandwidth: number; averageBandwidth: number; durationMs: number } {
  let seconds = 0
  let bytes = 0
  let densest = 0
  for (const [, duration, length] of text.matchAll(/#EXTINF:([\d.]+),[^\n]*\n#EXT-X-BYTERANGE:(\d+)@\d+/g)) {
    seconds += Number(duration)
    bytes += Number(length)
    // The last segment may be some frames long: its density says nothing.
    if (Number(duration) >= 1) densest = Math.max(densest, (Number(length) * 8) / Number(duration))
  }
  if (seconds === 0 || !text.trimEnd().endsWith('#EXT-X-ENDLIST')) throw new Error('This is no finished playlist.')
  const averageBandwidth = Math.ceil((bytes * 8) / seconds)
  return {
    bandwidth: Math.max(averageBandwidth, Math.ceil(densest)),
    averageBandwidth,
    durationMs: Math.round(seconds * 1_000),
  }
}

/** The multivariant playlist (RFC 8216, 4.3.4): players begin with the first rung, so it is the smallest with a picture. */
export function masterPlaylist({ rungs }: Made): string {
  const ordered = [...rungs].sort((one, other) => orderOf(one) - orderOf(other))
  const variants = ordered.map(({ name, size, bandwidth, averageBandwidth, codecs }) => {
    const resolution = size === undefined ? '' : `,RESOLUTION=${size.width}x${size.height}`
    return `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},AVERAGE-BANDWIDTH=${averageBandwidth},CODECS="${codecs}"${resolution}\n${name}.m3u8\n`
  })
  return `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n${variants.join('')}`
}

/** Sound alone is for lines that carry no picture: last. */
function orderOf({ size, bandwidth }: MadeRung): number {
  return size === undefined ? Number.POSITIVE_INFINITY : bandwidth
}

/** Frames for a player's time line, as cues that name a part of one picture. */
export function storyboardTrack({ storyboard, durationMs = 0 }: Made): string {
  if (storyboard === undefined) return 'WEBVTT\n'
  const { columns, count, width, height, everyMs } = storyboard
  const cues = Array.from({ length: count }, (_, n) => {
    const [x, y] = [(n % columns) * width, Math.floor(n / columns) * height]
    const end = n === count - 1 ? Math.max(durationMs, (n + 1) * everyMs) : (n + 1) * everyMs
    return `${time(n * everyMs)} --> ${time(end)}\nstoryboard.jpg#xywh=${x},${y},${width},${height}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}

export function chaptersTrack({ chapters = [] }: Made): string {
  const cues = chapters
    .filter(({ startMs, endMs }) => endMs > startMs)
    .map(({ startMs, endMs, title }) => `${time(startMs)} --> ${time(endMs)}\n${title.replace(/-->|[<&]/g, ' ')}\n`)
  return `WEBVTT\n\n${cues.join('\n')}`
}

function time(ms: number): string {
  const part = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0')
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1_000) % 60, 2)}.${part(ms % 1_000, 3)}`
}

/** The codecs of a rung's first bytes (RFC 6381): AVC's profile and level as `avcC` has them (ISO/IEC 14496-15), AAC-LC. */
export function codecsOf(head: Uint8Array): string {
  const bytes = Buffer.from(head.subarray(0, limits.rungHeadBytes))
  const at = bytes.indexOf('avcC', 0, 'latin1')
  const video = at === -1 ? undefined : `avc1.${bytes.subarray(at + 5, at + 8).toString('hex')}`
  const audio = bytes.indexOf('mp4a', 0, 'latin1') === -1 ? undefined : 'mp4a.40.2'
  return [video, audio].filter((one) => one !== undefined).join(',')
}
