import { even } from '../ladder.ts'
import type { Step, Workplace } from '../workplace.ts'

const posterWidthMax = 1_280
const thumbWidth = 160
const thumbColumns = 10
const thumbsMax = 100
const previewS = 3
/** Where a film has begun to show what it is about. */
const tellingShare = 0.1

/** The frame that stands in a player's place before it plays. */
export const poster: Step = {
  name: 'poster',
  weight: 20_000,
  needed: false,
  run: async (place) => {
    const width = even(Math.min(posterWidthMax, place.probed.picture?.width ?? posterWidthMax))
    await make(place, 'poster.jpg', telling(place), [
      ...['-map', `0:${place.probed.picture?.stream}`, '-frames:v', '1', '-an'],
      ...['-vf', `scale=${width}:-2,setsar=1`, '-q:v', '4', '-map_metadata', '-1'],
    ])
    return { poster: true }
  },
}

/** Frames along the film in one picture. */
export const storyboard: Step = {
  name: 'storyboard',
  weight: 60_000,
  needed: false,
  run: async (place) => {
    const { picture, durationS } = place.probed
    const everyS = Math.max(1, Math.ceil(durationS / thumbsMax))
    const count = Math.max(1, Math.min(thumbsMax, Math.ceil(durationS / everyS)))
    const columns = Math.min(thumbColumns, count)
    const height = even((thumbWidth * (picture?.height ?? 9)) / (picture?.width ?? 16))
    // Where frames stand far apart, those that need no other are enough.
    const before = durationS > 2 * thumbsMax ? ['-skip_frame', 'nokey'] : []
    await make(place, 'storyboard.jpg', before, [
      ...['-map', `0:${picture?.stream}`, '-an', '-frames:v', '1', '-q:v', '6', '-map_metadata', '-1'],
      ...[
        '-vf',
        `fps=1/${everyS}:round=up,scale=${thumbWidth}:${height},setsar=1,tile=${columns}x${Math.ceil(count / columns)}`,
      ],
    ])
    return { storyboard: { columns, count, width: thumbWidth, height, everyMs: everyS * 1_000 } }
  },
}

/** Some silent seconds for lists of films. */
export const preview: Step = {
  name: 'preview',
  weight: 30_000,
  needed: false,
  run: async (place) => {
    await make(place, 'preview.mp4', telling(place), [
      ...['-map', `0:${place.probed.picture?.stream}`, '-t', String(previewS), '-an', '-map_metadata', '-1'],
      ...['-vf', 'scale=-2:240,setsar=1,format=yuv420p', '-fpsmax', '30', '-c:v', 'libx264', '-preset', 'veryfast'],
      ...['-crf', '30', '-movflags', '+faststart', '-f', 'mp4'],
    ])
    return { preview: true }
  },
}

function telling({ probed }: Workplace): string[] {
  return ['-ss', (probed.durationS * tellingShare).toFixed(3)]
}

async function make(place: Workplace, name: string, before: readonly string[], args: readonly string[]): Promise<void> {
  if ((await place.find(name)) !== undefined) return
  await place.ffmpeg.run({ ...place.source, before }, [...args, name], place.bounds)
  await place.keep(name)
}
