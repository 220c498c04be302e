import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

const colours = ['#1d3557', '#e63946', '#f1a73b', '#2a9d8f', '#f1d9b5', '#8d6bb8', '#f4f1ea'] as const
const side = 200

/** Quarter circles, halves and rings that happen to meet: eight by five tiles. */
export function shapes(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill('#f4f1ea')
  const ground: Record<string, string> = {}
  const above: string[][] = []
  for (let x = 0; x < 1600; x += side) {
    for (let y = 0; y < 1000; y += side) {
      const back = random.pick(colours)
      const front = random.pick(colours.filter((one) => one !== back))
      ground[back] = `${ground[back] ?? ''}M${x} ${y}h${side}v${side}h${-side}z`
      above.push([front, tile(random, x, y)])
      if (random.chance(0.22)) above.push([random.pick(colours), dot(x + side / 2, y + side / 2, 26)])
    }
  }
  for (const [fill, d] of Object.entries(ground)) canvas.path(d, { fill })
  for (const [fill, d] of above) canvas.path(d ?? '', { fill })
  return canvas
}

function tile(random: Random, x: number, y: number): string {
  const [right, bottom, half] = [x + side, y + side, side / 2]
  return random.pick([
    `M${x} ${y}h${side}a${side} ${side} 0 0 1-${side} ${side}z`,
    `M${right} ${y}v${side}a${side} ${side} 0 0 1-${side}-${side}z`,
    `M${right} ${bottom}h-${side}a${side} ${side} 0 0 1 ${side}-${side}z`,
    `M${x} ${bottom}v-${side}a${side} ${side} 0 0 1 ${side} ${side}z`,
    `M${x} ${y}a${half} ${half} 0 0 0 ${side} 0zM${x} ${y + half}a${half} ${half} 0 0 0 ${side} 0z`,
    `M${x} ${y}h${half}a${half} ${half} 0 0 1 0 ${side}h-${half}z`,
    dot(x + half, y + half, 74),
    `M${x} ${y}h${side}l-${side} ${side}z`,
    `M${x} ${y}h50v${side}h-50zM${x + 100} ${y}h50v${side}h-50z`,
  ])
}

function dot(x: number, y: number, r: number): string {
  return `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1-${2 * r} 0z`
}
