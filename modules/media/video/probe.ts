import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'
import { type Ffmpeg, unreadable } from './ffmpeg.ts'

/** What matters of a film or a sound before anything is made of it. */
export interface Probed {
  readonly durationS: number
  /** As it is shown: turned, and with square pixels. Absent: a sound. */
  readonly picture: { readonly stream: number; readonly width: number; readonly height: number } | undefined
  readonly sound: { readonly stream: number } | undefined
  /** Text that was brought along. */
  readonly captions: readonly {
    readonly stream: number
    readonly language: string
    readonly label: string | undefined
  }[]
  readonly chapters: readonly { readonly startMs: number; readonly endMs: number; readonly title: string }[]
}

const count = Type.Optional(Type.Number())
const word = Type.Optional(Type.String())
const streamSchema = Type.Object({
  index: Type.Integer(),
  codec_type: word,
  codec_name: word,
  width: count,
  height: count,
  sample_aspect_ratio: word,
  side_data_list: Type.Optional(Type.Array(Type.Object({ rotation: count }))),
  disposition: Type.Optional(Type.Object({ attached_pic: count, timed_thumbnails: count })),
  tags: Type.Optional(Type.Object({ language: word, title: word })),
})
const probeSchema = Type.Object({
  streams: Type.Array(streamSchema),
  format: Type.Object({ duration: word }),
  chapters: Type.Optional(
    Type.Array(Type.Object({ start_time: word, end_time: word, tags: Type.Optional(Type.Object({ title: word })) })),
  ),
})
type Stream = Static<typeof streamSchema>

/** Captions that are text; those that are pictures stay behind. */
const textCodecs = ['mov_text', 'webvtt', 'subrip', 'srt', 'ass', 'ssa']

/** @throws AppError invalid for what can't be read; too-large beyond the limits. */
export async function probe(ffmpeg: Ffmpeg, path: string, type: string, signal: AbortSignal): Promise<Probed> {
  const said = await ffmpeg.probe(path, type, signal)
  if (!Value.Check(probeSchema, said)) throw unreadable()
  const { streams, format, chapters = [] } = said
  if (streams.length > limits.filmStreamsMax)
    throw beyond(`has ${streams.length} streams; at most ${limits.filmStreamsMax} are taken`)
  const video = streams.find((one) => one.codec_type === 'video' && !isStill(one))
  const audio = streams.find((one) => one.codec_type === 'audio')
  if (video === undefined && audio === undefined) throw unreadable()
  const durationS = Number(format.duration ?? Number.NaN)
  if (!Number.isFinite(durationS) || durationS <= 0) throw unreadable()
  if (durationS > limits.filmSMax) throw beyond(`is longer than the ${limits.filmSMax / 3_600} hours that are taken`)
  return {
    durationS,
    picture: video === undefined ? undefined : { stream: video.index, ...sizeOf(video) },
    sound: audio === undefined ? undefined : { stream: audio.index },
    captions: streams
      .filter((one) => one.codec_type === 'subtitle' && textCodecs.includes(one.codec_name ?? ''))
      .slice(0, limits.captionsMax)
      .map(({ index, tags }) => ({
        stream: index,
        language: languageOf(tags?.language),
        label: tags?.title?.slice(0, 60),
      })),
    chapters: chapters.slice(0, limits.chaptersMax).map(({ start_time, end_time, tags }, n) => ({
      startMs: Math.max(0, Math.round(Number(start_time ?? 0) * 1_000)),
      endMs: Math.max(0, Math.round(Number(end_time ?? 0) * 1_000)),
      title: (tags?.title ?? `Chapter ${n + 1}`).replace(/\s+/g, ' ').slice(0, 100),
    })),
  }
}

/** A cover is a stream of one frame. */
function isStill({ disposition }: Stream): boolean {
  return disposition?.attached_pic === 1 || disposition?.timed_thumbnails === 1
}

function sizeOf(stream: Stream): { width: number; height: number } {
  const { width = 0, height = 0 } = stream
  if (width < 2 || height < 2) throw unreadable()
  if (width * height > limits.filmPixelsMax || Math.max(width, height) > limits.sideMax) {
    throw beyond(`has ${width} × ${height} pixels; at most ${limits.filmPixelsMax / 1e6} megapixels are taken`)
  }
  const [across = 1, down = 1] = (stream.sample_aspect_ratio ?? '1:1').split(':').map(Number)
  const ratio = across > 0 && down > 0 ? Math.min(4, Math.max(0.25, across / down)) : 1
  const shown = { width: Math.round(width * ratio), height }
  const turned = stream.side_data_list?.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90) ?? false
  return turned ? { width: shown.height, height: shown.width } : shown
}

/** ISO 639-2 or BCP 47, as containers have it; `und` is what says nothing. */
function languageOf(tag: string | undefined): string {
  return tag !== undefined && /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/i.test(tag) ? tag.toLowerCase() : 'und'
}

function beyond(what: string): AppError {
  return new AppError('too-large', `This film ${what}.`)
}
