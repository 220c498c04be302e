import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

const glass = ['#f2b84b', '#d9863d', '#a8432f', '#7fa86b', '#c9a2b8', '#8c6a4a'] as const
const tins = ['#2a7f7a', '#d0563f', '#2d3a57', '#e3b23c', '#7d5ba6'] as const

/** The shelves of a small shop: jars, tins, bottles and one gap to fill. */
export function shopShelf(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear([
      [0, '#1f5a52'],
      [1, '#174640'],
    ]),
  )
  canvas.circle(800, 120, 760, {
    fill: canvas.radial([
      [0, '#fff0c4', 0.42],
      [1, '#fff0c4', 0],
    ]),
  })
  ;[330, 600, 870].forEach((foot, row) => {
    let x = 90
    let missing: number | undefined = row === 1 ? 0 : undefined
    while (x < 1400) {
      if (missing === 0 && x > 860) {
        missing = x
        x += 210
      }
      const kind = random.pick(['jar', 'jar', 'tin', 'bottle', 'box'] as const)
      x += 26 + draw[kind](canvas, random, x, foot)
    }
    canvas.rect(50, foot, 1500, 26, { fill: '#c48f5c' }).rect(50, foot + 26, 1500, 12, { fill: '#8f6238' })
    canvas.rect(50, foot + 38, 1500, 26, {
      fill: canvas.linear([
        [0, '#0b2b28', 0.5],
        [1, '#0b2b28', 0],
      ]),
    })
    if (missing !== undefined) gap(canvas, missing, foot)
  })
  canvas.path('M50 0h30v940H50zM1520 0h30v940h-30z', { fill: '#a87546' })
  canvas.rect(0, 940, 1600, 60, { fill: '#7a5230' })
  return canvas
}

/** Each draws one thing and tells how wide it is. */
const draw = {
  jar(canvas, random, x, foot) {
    const tall = Math.round(random.between(110, 150))
    const fill = random.pick(glass)
    canvas
      .rect(x, foot - tall, 104, tall, { fill, rx: 20 })
      .rect(x + 10, foot - tall - 22, 84, 26, { fill: '#e9d7b5', rx: 6 })
    canvas.rect(x + 14, foot - tall * 0.66, 76, tall * 0.36, { fill: '#fbf4e4', rx: 6 })
    canvas.stroke(
      `M${x + 28} ${Math.round(foot - tall * 0.5)}h46M${x + 28} ${Math.round(foot - tall * 0.4)}h30`,
      '#7a6a55',
      5,
    )
    return 104
  },
  tin(canvas, random, x, foot) {
    const fill = random.pick(tins)
    canvas.rect(x, foot - 128, 92, 128, { fill, rx: 8 }).path(`M${x} ${foot - 92}h92v56h-92z`, { fill: '#fbf4e4' })
    canvas
      .circle(x + 46, foot - 64, 19, { fill })
      .path(`M${x} ${foot - 128}h92v10h-92zM${x} ${foot - 10}h92v10h-92z`, { fill: '#d8dde0' })
    return 92
  },
  bottle(canvas, random, x, foot) {
    const fill = random.pick(['#3f6b3a', '#7a3b2e', '#b98a2f'])
    canvas.path(`M${x} ${foot}v-104c0-34 24-34 24-70v-24h28v24c0 36 24 36 24 70v104z`, { fill })
    canvas.rect(x + 20, foot - 212, 36, 22, { fill: '#e3b23c', rx: 4 }).rect(x, foot - 84, 76, 56, { fill: '#fbf4e4' })
    canvas.stroke(`M${x + 16} ${foot - 62}h44M${x + 16} ${foot - 46}h26`, fill, 5)
    return 76
  },
  box(canvas, random, x, foot) {
    const fill = random.pick(tins)
    canvas
      .rect(x, foot - 176, 118, 176, { fill, rx: 4 })
      .path(`M${x + 59} ${foot - 150}l36 62-36 62-36-62z`, { fill: '#fbf4e4', opacity: 0.9 })
    canvas.path(`M${x + 100} ${foot - 176}h18v176h-18z`, { fill: '#000', opacity: 0.14 })
    return 118
  },
} satisfies Record<string, (canvas: Canvas, random: Random, x: number, foot: number) => number>

function gap(canvas: Canvas, x: number, foot: number): void {
  canvas.rect(x + 12, foot - 140, 162, 128, {
    fill: 'none',
    stroke: '#fff0c4',
    'stroke-width': 5,
    'stroke-dasharray': '14 14',
    rx: 14,
  })
  canvas.rect(x + 36, foot + 4, 114, 44, { fill: '#fff8e6', rx: 6 }).text(x + 93, foot + 35, 'order 6', 25, {
    fill: '#a8432f',
    'font-weight': 700,
    'text-anchor': 'middle',
  })
}
