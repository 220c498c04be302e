import type { StoredBlob } from '../blobs/store.ts'
import type { Ffmpeg, RunOptions } from './ffmpeg.ts'
import type { Made } from './made.ts'
import type { Probed } from './probe.ts'

/** What a step works with: one film, a folder of its own, and where results are kept. */
export interface Workplace {
  readonly ffmpeg: Ffmpeg
  readonly source: { readonly path: string; readonly type: string }
  readonly probed: Probed
  readonly folder: string
  /** For every run of ffmpeg: bounded by the film's length, stopped with the job. */
  readonly bounds: Pick<RunOptions, 'folder' | 'signal' | 'msMax'>
  readonly onSeconds: (seconds: number) => void
  /** Takes a file of the folder over, under its name, beside the original. */
  keep(name: string): Promise<void>
  /** What another attempt kept, or another asset with the same bytes. */
  find(name: string): Promise<StoredBlob | undefined>
  /** Throws away what an attempt kept and did not end: the next one's bytes may be others. */
  discard(name: string): Promise<void>
  /** Notes captions that were inside of the film. */
  keepCaption(caption: { language: string; label: string; name: string }): Promise<void>
}

/** One step of the work. Begun again it finds what stands, or makes the same once more. */
export interface Step {
  readonly name: string
  /** How long it takes compared with others. */
  readonly weight: number
  /** Without it there is no film to play; others may fail and are passed over. */
  readonly needed: boolean
  /** What is known of the film after it. */
  run(place: Workplace, made: Made): Promise<Partial<Made>>
}
