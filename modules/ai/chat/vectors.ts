/** What a text means, of length 1. */
export type Meaning = Float32Array

const lengthBytes = 4
const most = 127

/** Of length 1; undefined for what points nowhere. */
export function meaningOf(numbers: readonly number[]): Meaning | undefined {
  const length = Math.hypot(...numbers)
  return length > 0 && Number.isFinite(length) ? Float32Array.from(numbers, (value) => value / length) : undefined
}

/** A byte a dimension, after the length of these bytes: a quarter of the room, and the same neighbours. */
export function packed(meaning: Meaning): Uint8Array {
  const largest = meaning.reduce((top, value) => Math.max(top, Math.abs(value)), 0)
  const bytes = Int8Array.from(meaning, (value) => Math.round((value / largest) * most))
  const whole = new Uint8Array(lengthBytes + bytes.length)
  new DataView(whole.buffer).setFloat32(0, Math.hypot(...bytes), true)
  whole.set(new Uint8Array(bytes.buffer), lengthBytes)
  return whole
}

/** The cosine of the angle between a meaning and a packed one; 0 when they have not the same dimensions. */
export function likeness(meaning: Meaning, whole: Uint8Array): number {
  if (whole.length !== meaning.length + lengthBytes) return 0
  const length = new DataView(whole.buffer, whole.byteOffset).getFloat32(0, true)
  const bytes = new Int8Array(whole.buffer, whole.byteOffset + lengthBytes, meaning.length)
  let sum = 0
  for (let n = 0; n < bytes.length; n++) sum += (meaning[n] ?? 0) * (bytes[n] ?? 0)
  return length === 0 ? 0 : sum / length
}
