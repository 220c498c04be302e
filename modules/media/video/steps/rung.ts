import { join } from 'node:path'
import { limits } from '../../limits.ts'
import type { Rung } from '../ladder.ts'
import type { Made, MadeRung } from '../made.ts'
import { codecsOf, measurePlaylist } from '../playlist.ts'
import type { Step, Workplace } from '../workplace.ts'

/** A keyframe every so many seconds, at the same places in all rungs, so that a player changes between them. */
const keyframeS = 2
const segmentS = 4
/** Sound alone. */
const soundBits = 64_000

/** One rung with picture: H.264, and AAC where there is sound. */
export function pictureRung(rung: Rung): Step {
  const { name, width, height, videoBits, audioBits } = rung
  return {
    name,
    weight: width * height,
    needed: true,
    run: async (place, made) => {
      const { picture, sound } = place.probed
      const args = [
        ...['-map', `0:${picture?.stream}`, ...(sound === undefined ? [] : ['-map', `0:${sound.stream}`])],
        ...['-vf', `scale=${width}:${height}:flags=bicubic,setsar=1,format=yuv420p`, '-fpsmax', '60'],
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '23', '-threads', '2'],
        ...['-maxrate', String(videoBits), '-bufsize', String(2 * videoBits), '-x264-params', 'rc-lookahead=20'],
        ...['-force_key_frames', `expr:gte(t,n_forced*${keyframeS})`, '-sc_threshold', '0'],
        ...(sound === undefined ? [] : audio(audioBits)),
      ]
      return addRung(made, await makeRung(place, name, args, { width, height }))
    },
  }
}

/** For lines that carry no picture, and for whoever only listens. */
export const soundRung: Step = {
  name: 'sound',
  weight: 20_000,
  needed: false,
  run: async (place, made) => {
    const { sound } = place.probed
    return addRung(made, await makeRung(place, 'sound', ['-map', `0:${sound?.stream}`, '-vn', ...audio(soundBits)]))
  },
}

function audio(bits: number): string[] {
  return ['-c:a', 'aac', '-b:a', String(bits), '-ac', '2', '-ar', '48000']
}

/** One file of segments, then the playlist that names their ranges: where that stands, the rung is whole. */
async function makeRung(
  place: Workplace,
  name: string,
  args: readonly string[],
  size?: { width: number; height: number },
): Promise<MadeRung & { readonly durationMs: number }> {
  const [segments, playlist] = [`${name}.mp4`, `${name}.m3u8`]
  if ((await place.find(playlist)) === undefined || (await place.find(segments)) === undefined) {
    const form = [
      ...['-map_metadata', '-1', '-map_chapters', '-1', '-t', String(place.probed.durationS + 10)],
      ...['-f', 'hls', '-hls_time', String(segmentS), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
      ...['-hls_flags', 'single_file', '-hls_segment_filename', segments, playlist],
    ]
    await place.ffmpeg.run(place.source, [...args, ...form], { ...place.bounds, onSeconds: place.onSeconds })
    measurePlaylist(await Bun.file(join(place.folder, playlist)).text())
    await place.discard(segments)
    await place.keep(segments)
    await place.keep(playlist)
  }
  const [kept, list] = [await place.find(segments), await place.find(playlist)]
  if (kept === undefined || list === undefined) throw new Error(`The rung ${name} is gone again.`)
  const head = await new Response(kept.stream({ start: 0, end: Math.min(kept.bytes, limits.rungHeadBytes) })).bytes()
  const measured = measurePlaylist(await new Response(list.stream()).text())
  return { name, ...(size !== undefined && { size }), ...measured, codecs: codecsOf(head) }
}

function addRung(made: Made, { durationMs, ...rung }: MadeRung & { readonly durationMs: number }): Partial<Made> {
  return { durationMs, rungs: [...made.rungs.filter(({ name }) => name !== rung.name), rung] }
}
