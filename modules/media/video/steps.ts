import { ladderFor } from './ladder.ts'
import type { Probed } from './probe.ts'
import { embeddedCaptions } from './steps/captions.ts'
import { pictureRung, soundRung } from './steps/rung.ts'
import { poster, preview, storyboard } from './steps/stills.ts'
import { waveform } from './steps/waveform.ts'
import type { Step } from './workplace.ts'

/** What is made of it, in order: first what plays soonest. A sound plays as it is, and gets its waveform. */
export function stepsFor({ picture, sound }: Probed): Step[] {
  if (picture === undefined) return [waveform]
  const [first, ...larger] = ladderFor(picture).map(pictureRung)
  return [
    ...(first === undefined ? [] : [first]),
    poster,
    embeddedCaptions,
    ...larger,
    ...(sound === undefined ? [] : [soundRung]),
    storyboard,
    preview,
  ]
}
