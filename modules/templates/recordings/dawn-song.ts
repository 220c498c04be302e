import { type Random, seeded } from '../pictures/kit/random.ts'
import { wav } from './wav.ts'

const rateHz = 22_050
const seconds = 8

interface Note {
  readonly from: number
  readonly to: number
  readonly lasts: number
  readonly loud: number
}

/** A bird at first light, out of sine waves: three phrases, each with a murmur and a high end, and a second bird far off. */
export function dawnSong(): Uint8Array<ArrayBuffer> {
  const random = seeded('dawn-song')
  const samples = new Float32Array(rateHz * seconds)
  wind(samples, random)
  for (const at of [0.5, 3, 5.4]) phrase(samples, random, at, 1)
  for (const at of [2.35, 4.85, 7.3]) phrase(samples, random, at, 0.16)
  echo(samples, 0.17, 0.22)
  echo(samples, 0.31, 0.12)
  fade(samples)
  return wav(samples, rateHz)
}

/** Low, fluted notes that glide, then a twitter. */
function phrase(samples: Float32Array, random: Random, start: number, loud: number): void {
  const notes: Note[] = []
  for (let n = 0; n < 5; n++) {
    const from = random.between(1_900, 2_900)
    notes.push({ from, to: from * random.between(0.82, 1.22), lasts: random.between(0.11, 0.26), loud: 0.34 })
  }
  for (let n = 0; n < 6; n++) {
    const from = random.between(4_200, 6_200)
    notes.push({ from, to: from * random.between(0.7, 1.35), lasts: random.between(0.03, 0.07), loud: 0.12 })
  }
  let at = start
  for (const note of notes) {
    sing(samples, at, note, loud)
    at += note.lasts + random.between(0.015, 0.06)
  }
}

function sing(samples: Float32Array, start: number, { from, to, lasts, loud }: Note, strength: number): void {
  const first = Math.round(start * rateHz)
  const count = Math.round(lasts * rateHz)
  let phase = 0
  for (let n = 0; n < count && first + n < samples.length; n++) {
    const part = n / count
    const pitch = from + (to - from) * part + 45 * Math.sin(2 * Math.PI * 28 * (n / rateHz))
    phase += (2 * Math.PI * pitch) / rateHz
    const swell = Math.sin(Math.PI * part) ** 0.8
    const tone = Math.sin(phase) + 0.16 * Math.sin(2 * phase)
    samples[first + n] = (samples[first + n] ?? 0) + tone * swell * loud * strength
  }
}

/** Noise through a low pass that breathes. */
function wind(samples: Float32Array, random: Random): void {
  let kept = 0
  samples.forEach((_, n) => {
    kept += (random.between(-1, 1) - kept) * 0.02
    samples[n] = kept * (0.1 + 0.05 * Math.sin((2 * Math.PI * n) / (rateHz * 5)))
  })
}

function echo(samples: Float32Array, delay: number, share: number): void {
  const shift = Math.round(delay * rateHz)
  for (let n = samples.length - 1; n >= shift; n--) samples[n] = (samples[n] ?? 0) + (samples[n - shift] ?? 0) * share
}

function fade(samples: Float32Array): void {
  const count = rateHz / 2
  for (let n = 0; n < count; n++) {
    samples[n] = (samples[n] ?? 0) * (n / count)
    const last = samples.length - 1 - n
    samples[last] = (samples[last] ?? 0) * (n / count)
  }
}
