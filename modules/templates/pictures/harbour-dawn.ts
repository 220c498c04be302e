import { Canvas } from './kit/canvas.ts'
import { below, polyline, ridge } from './kit/lines.ts'
import { pines } from './kit/nature.ts'
import type { Random } from './kit/random.ts'

/** Sunrise over a bay: ranges that fade into the mist, a lighthouse, two boats. */
export function harbourDawn(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  const shore = 600
  canvas.fill(
    canvas.linear([
      [0, '#27305e'],
      [0.22, '#6a5a8c'],
      [0.42, '#d98a86'],
      [0.6, '#fbd9a6'],
      [1, '#fbd9a6'],
    ]),
  )
  canvas.circle(1010, 440, 440, {
    fill: canvas.radial([
      [0, '#fff6d8', 0.95],
      [0.25, '#ffe3a8', 0.55],
      [1, '#ffd08a', 0],
    ]),
  })
  canvas.circle(1010, 430, 58, { fill: '#fffbe9' })
  const ranges = [
    { y: 500, rise: 170, colour: '#c58a94', mist: 0.75 },
    { y: 545, rise: 150, colour: '#8f6d8d', mist: 0.55 },
    { y: 590, rise: 110, colour: '#57507d', mist: 0.3 },
  ]
  for (const { y, rise, colour, mist } of ranges) {
    const points = ridge(random, 1600, y, rise, 0.52, 6)
    canvas.path(below(polyline(points), points, shore + 2), {
      fill: canvas.down(y - rise, shore, [
        [0, colour],
        [1, '#fbd0a4', mist],
      ]),
    })
    canvas.path(below(polyline(points), points, shore + 2), { fill: colour, opacity: 0.55 })
  }
  canvas.rect(0, shore, 1600, 400, {
    fill: canvas.linear([
      [0, '#f3c39d'],
      [0.3, '#b17d90'],
      [1, '#2d3566'],
    ]),
  })
  glitter(canvas, random, shore)
  boat(canvas, 560, 690, 1)
  boat(canvas, 742, 655, 0.55)
  headland(canvas, random, shore)
  return canvas
}

function glitter(canvas: Canvas, random: Random, shore: number): void {
  let [wide, faint] = ['', '']
  for (let y = shore + 8; y < 1000; y += 9 + (y - shore) / 14) {
    const spread = 40 + (y - shore) * 0.5
    for (let n = 0; n < 3; n++) {
      const x = 1010 + random.between(-spread, spread) * random.between(0.2, 1)
      const length = random.between(14, 60) * (0.4 + (y - shore) / 240)
      wide += `M${Math.round(x - length / 2)} ${Math.round(y)}h${Math.round(length)}`
    }
    faint += `M${Math.round(random.between(0, 1500))} ${Math.round(y)}h${Math.round(random.between(60, 220))}`
  }
  canvas.stroke(wide, '#ffedc2', 4, { opacity: 0.8 })
  canvas.stroke(faint, '#ffe7d2', 2, { opacity: 0.22 })
}

function boat(canvas: Canvas, x: number, y: number, size: number): void {
  canvas.group({ transform: `translate(${x} ${y}) scale(${size})`, fill: '#2b2c55' }, () => {
    canvas.path('M-58 0h116l-20 24h-74z').path('M2-150v142h-4v-142z')
    canvas.path('M8-146C40-96 58-54 62-12H8z', { fill: '#fff3dc' })
    canvas.path('M-8-120C-30-84-44-50-48-12h40z', { fill: '#f2c6a4' })
    canvas
      .path('M-50 28h96l-30 40h-40z', { opacity: 0.18 })
      .path('M8 30h40l-30 96z', { fill: '#fff3dc', opacity: 0.16 })
  })
}

function headland(canvas: Canvas, random: Random, shore: number): void {
  const rock = 'M0 560C90 548 150 556 214 580c60 22 96 44 150 62 40 14 70 22 96 40H0z'
  canvas.path(rock, { fill: '#2a2b52' })
  canvas.path(`M0 ${shore + 82}h460c-60 40-180 60-300 92-60 16-120 30-160 52z`, { fill: '#23264b', opacity: 0.45 })
  canvas.circle(212, 332, 150, {
    fill: canvas.radial([
      [0, '#fff3c4', 0.8],
      [1, '#fff3c4', 0],
    ]),
  })
  canvas.path('M174 590l16-220h44l16 220z', { fill: '#f6e3cf' })
  canvas.path('M183 470l4-50h50l4 50zM176 560l4-50h64l4 50z', { fill: '#b8525a' })
  canvas.rect(178, 352, 68, 20, { fill: '#2a2b52', rx: 4 })
  canvas.rect(192, 312, 40, 40, { fill: '#fff1b8' })
  canvas.path('M184 312l28-30 28 30zM192 312h4v40h-4zM228 312h4v40h-4z', { fill: '#2a2b52' })
  canvas.path('M232 326L1000 250v96L232 340z', {
    fill: canvas.linear(
      [
        [0, '#fff3c4', 0.4],
        [1, '#fff3c4', 0],
      ],
      0,
    ),
  })
  canvas.path(pines(random, [18, 62, 100, 136, 274, 318], 566, 96), { fill: '#1f2142' })
}
