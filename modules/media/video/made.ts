import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const whole = Type.Integer({ minimum: 0 })

const rungSchema = Type.Object({
  /** Its files are `{name}.m3u8` and `{name}.mp4`. */
  name: Type.String({ pattern: '^(video-\\d{2,4}|sound)$' }),
  /** Absent: sound alone. */
  size: Type.Optional(Type.Object({ width: whole, height: whole })),
  /** Bits a second: of the densest segment, and of all. */
  bandwidth: whole,
  averageBandwidth: whole,
  /** RFC 6381. */
  codecs: Type.String({ maxLength: 60 }),
})
export type MadeRung = Static<typeof rungSchema>

/** What was made of a film or a sound so far, as its row keeps it. */
const madeSchema = Type.Object({
  /** The steps that need not be done again. */
  done: Type.Array(Type.String()),
  durationMs: Type.Optional(whole),
  width: Type.Optional(whole),
  height: Type.Optional(whole),
  rungs: Type.Array(rungSchema),
  poster: Type.Optional(Type.Boolean()),
  preview: Type.Optional(Type.Boolean()),
  /** Frames in one picture, row by row. */
  storyboard: Type.Optional(Type.Object({ columns: whole, count: whole, width: whole, height: whole, everyMs: whole })),
  /** Loudness over time: a byte each, base64. */
  waveform: Type.Optional(Type.String({ maxLength: 1_000 })),
  chapters: Type.Optional(Type.Array(Type.Object({ startMs: whole, endMs: whole, title: Type.String() }))),
})
export type Made = Static<typeof madeSchema>

export const nothingMade: Made = { done: [], rungs: [] }

/** Of a row that holds something else by mistake nothing is known, and all is made again. */
export function readMade(text: string): Made {
  const value: unknown = JSON.parse(text)
  return Value.Check(madeSchema, value) ? value : nothingMade
}
