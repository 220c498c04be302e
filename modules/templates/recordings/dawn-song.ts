import { setImmediate as others } from 'node:timers/promises'
import { seeded } from '../pictures/kit/random.ts'
import { wav } from './wav.ts'

const rateHz = 22_050
const seconds = 8
const name = 'dawn-song'

/** A tone that glides, in hertz and seconds. */
interface Note {
  readonly at: number
  readonly from: number
  readonly to: number
  readonly lasts: number
  readonly loud: number
}

/** A bird at first light: three phrases, each low and fluted with a twitter at its end, and a second bird far off. */
export function dawnScore(): readonly Note[] {
  const random = seeded(name)
  const notes: Note[] = []
  const phrase = (start: number, strength: number) => {
    let at = start
    for (let n = 0; n < 11; n++) {
      const low = n < 5
      const from = low ? random.between(1_900, 2_900) : random.between(4_200, 6_200)
      const to = from * (low ? random.between(0.82, 1.22) : random.between(0.7, 1.35))
      const lasts = low ? random.between(0.11, 0.26) : random.between(0.03, 0.07)
      notes.push({ at, from, to, lasts, loud: (low ? 0.34 : 0.12) * strength })
      at += lasts + random.between(0.015, 0.06)
    }
  }
  for (const start of [0.5, 3, 5.4]) phrase(start, 1)
  for (const start of [2.35, 4.85, 7.3]) phrase(start, 0.16)
  return notes
}

/** The score out of sine waves, with wind and an echo. Others get their turn after each note: it takes some 30 ms in all. */
export async function playDawn(): Promise<Uint8Array<ArrayBuffer>> {
  const samples = new Float32Array(rateHz * seconds)
  await wind(samples)
  for (const note of dawnScore()) {
    sing(samples, note)
    await others()
  }
  echo(samples, 0.17, 0.22)
  echo(samples, 0.31, 0.12)
  fade(samples)
  return wav(samples, rateHz)
}

function sing(samples: Float32Array, { at, from, to, lasts, loud }: Note): void {
  const first = Math.round(at * rateHz)
  const count = Math.round(lasts * rateHz)
  let phase = 0
  for (let n = 0; n < count && first + n < samples.length; n++) {
    const part = n / count
    const pitch = from + (to - from) * part + 45 * Math.sin(2 * Math.PI * 28 * (n / rateHz))
    phase += (2 * Math.PI * pitch) / rateHz
    const swell = Math.sin(Math.PI * part) ** 0.8
    const tone = Math.sin(phase) + 0.16 * Math.sin(2 * phase)
    samples[first + n] = (samples[first + n] ?? 0) + tone * swell * loud
  }
}

/** Noise through a low pass that breathes. */
async function wind(samples: Float32Array): Promise<void> {
  const random = seeded('wind')
  let kept = 0
  for (let n = 0; n < samples.length; n++) {
    kept += (random.between(-1, 1) - kept) * 0.02
    samples[n] = kept * (0.1 + 0.05 * Math.sin((2 * Math.PI * n) / (rateHz * 5)))
    if (n % rateHz === 0) await others()
  }
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
