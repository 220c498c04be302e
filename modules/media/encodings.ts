import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Format } from './images/variant.ts'

const quality = Type.Integer({ minimum: 1, maximum: 100 })

/** What jobs found out about a picture, as its row keeps it. */
const encodingsSchema = Type.Object({
  /** The quality at which a format looks as good as it must. */
  quality: Type.Optional(Type.Object({ avif: quality, webp: quality, jpeg: quality })),
  /** The widths that stand as AVIF. */
  avif: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))),
})
export type Encodings = Static<typeof encodingsSchema>

/** Until a picture is measured; PNG and GIF have none. Near WebP 80 for the usual photo. */
const qualityDefaults = { avif: 55, webp: 80, jpeg: 82, png: 100, gif: 100 } as const

/** Of a row that holds something else by mistake nothing is known, and defaults do. */
export function readEncodings(text: string): Encodings {
  const value: unknown = JSON.parse(text)
  return Value.Check(encodingsSchema, value) ? value : {}
}

export function qualityOf(encodings: Encodings, format: Format): number {
  if (format === 'png' || format === 'gif') return qualityDefaults[format]
  return encodings.quality?.[format] ?? qualityDefaults[format]
}
