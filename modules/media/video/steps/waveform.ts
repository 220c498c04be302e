import type { Step } from '../workplace.ts'

const barsMax = 200
const samplesASecond = 8_000

/** How loud it is along its time: the peak of each of 200 parts, as a byte. */
export const waveform: Step = {
  name: 'waveform',
  weight: 20_000,
  needed: false,
  run: async (place) => {
    const { sound, durationS } = place.probed
    const peaks = new Peaks(Math.max(1, Math.round(durationS * samplesASecond)))
    await place.ffmpeg.run(
      place.source,
      [
        ...['-map', `0:${sound?.stream}`, '-vn', '-ac', '1', '-ar', String(samplesASecond), '-t', String(durationS)],
        ...['-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
      ],
      { ...place.bounds, onOutput: (chunk) => peaks.add(chunk) },
    )
    return { waveform: peaks.encoded(), durationMs: Math.round(durationS * 1_000) }
  },
}

/** Takes samples as they come, 16 bits each, and keeps only the peaks. */
export class Peaks {
  readonly #bars = new Uint16Array(barsMax)
  #sample = 0
  #half: number | undefined

  constructor(private readonly samples: number) {}

  add(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#half === undefined) {
        this.#half = byte
        continue
      }
      const value = Math.abs(((byte << 24) >> 16) | this.#half)
      this.#half = undefined
      const bar = Math.min(barsMax - 1, Math.floor((this.#sample++ * barsMax) / this.samples))
      if (value > (this.#bars[bar] ?? 0)) this.#bars[bar] = value
    }
  }

  /** The loudest is full height; silence stays silence. */
  encoded(): string {
    const most = Math.max(...this.#bars, 1)
    return Buffer.from(Array.from(this.#bars, (one) => Math.round((one * 255) / Math.max(most, 256)))).toString(
      'base64',
    )
  }
}
