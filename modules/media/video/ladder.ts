/** A rung to be made: `height` is its shorter side. */
export interface Rung {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly videoBits: number
  readonly audioBits: number
}

/** Shorter side, and the most bits a second; quality is constant below that (about what Apple's authoring guide has). */
const steps = [
  { side: 240, videoBits: 400_000, audioBits: 64_000 },
  { side: 480, videoBits: 1_200_000, audioBits: 96_000 },
  { side: 720, videoBits: 2_600_000, audioBits: 128_000 },
  { side: 1_080, videoBits: 5_000_000, audioBits: 128_000 },
] as const
/** A source this much larger than the step below it gets a rung of its own size. */
const ownFrom = 1.2

/** From the smallest, which is made and playable first, up to the source and never beyond it. */
export function ladderFor(source: { readonly width: number; readonly height: number }): Rung[] {
  const shorter = Math.min(source.width, source.height)
  const below = steps.filter((step) => step.side <= shorter)
  const largest = below.at(-1)
  const next = steps[below.length]
  const rungs = below.map((step) => sized(source, step.side, step))
  if (next !== undefined && (largest === undefined || shorter >= largest.side * ownFrom)) {
    rungs.push(sized(source, shorter, next))
  }
  return rungs
}

function sized(
  source: { readonly width: number; readonly height: number },
  side: number,
  { videoBits, audioBits }: { readonly videoBits: number; readonly audioBits: number },
): Rung {
  const scale = side / Math.min(source.width, source.height)
  const [width, height] = [even(source.width * scale), even(source.height * scale)]
  return { name: `video-${Math.min(width, height)}`, width, height, videoBits, audioBits }
}

/** H.264 with colour at half size takes even sides. */
export function even(value: number): number {
  return Math.max(2, 2 * Math.floor(Math.round(value) / 2))
}
