import { join } from 'node:path'
import { AppError } from '../../../../src/errors.ts'
import { captionName, checkCaptions, labelOf } from '../captions.ts'
import type { Step } from '../workplace.ts'

/** Text that the film brought along becomes tracks of its own; the owner's, uploaded under the same language, come before it. */
export const embeddedCaptions: Step = {
  name: 'captions',
  weight: 20_000,
  needed: false,
  run: async (place) => {
    const seen = new Set<string>()
    for (const { stream, language, label } of place.probed.captions) {
      if (seen.has(language)) continue
      seen.add(language)
      try {
        await place.ffmpeg.run(
          place.source,
          ['-map', `0:${stream}`, '-c:s', 'webvtt', '-f', 'webvtt', 'captions.vtt'],
          place.bounds,
        )
        const bytes = checkCaptions(await Bun.file(join(place.folder, 'captions.vtt')).bytes())
        const name = captionName(language, bytes)
        await Bun.write(join(place.folder, name), bytes)
        await place.keep(name)
        await place.keepCaption({ language, label: label ?? labelOf(language), name })
      } catch (error) {
        // One that can't be read must not take the others with it.
        if (!(error instanceof AppError) || error.retryAfterS !== undefined) throw error
      }
    }
    return { chapters: [...place.probed.chapters] }
  },
}
