import { Canvas } from './kit/canvas.ts'
import { blob } from './kit/lines.ts'
import type { Random } from './kit/random.ts'

/** Paper cut with scissors: a vase, leaves, fruit, the sun of an afternoon. */
export function cutouts(random: Random): Canvas {
  const canvas = new Canvas(1200, 1500)
  canvas.fill('#f3e7d3')
  canvas.path('M0 0h620v820H0z', { fill: '#e7b7a0' }).path('M620 0h580v700H620z', { fill: '#2f4b6e' })
  canvas.path('M0 1060c300-50 860-60 1200 10v430H0z', { fill: '#c8553d' })
  canvas.path(blob(random, 900, 330, 210, 0.06, 10), { fill: '#f2b84b' })
  canvas.path(blob(random, 300, 620, 330, 0.14, 9), { fill: '#f3e7d3' })
  canvas.group({ transform: 'translate(560 820)' }, () => {
    frond(canvas, random, -34, 640, '#1f5a52')
    frond(canvas, random, -8, 720, '#2d2a45')
    frond(canvas, random, 22, 640, '#3f7d5a')
    frond(canvas, random, 46, 500, '#1f5a52')
  })
  canvas.path(
    'M420 800c-20 120-120 190-120 330 0 150 110 230 262 230s262-80 262-230c0-140-100-210-120-330 40-20 40-60 20-66H400c-20 6-20 46 20 66z',
    { fill: '#f9f3e6' },
  )
  canvas.path(
    'M306 1090c40-26 80 26 128 0s80 26 128 0 80 26 128 0 80 26 128 0c6 40 8 70 0 108-46 26-80-26-128 0s-80-26-128 0-80-26-128 0-80-26-128 0c-8-40-6-70 0-108z',
    { fill: '#2f4b6e' },
  )
  for (const x of [378, 470, 562, 654, 746]) canvas.circle(x, 1146, 17, { fill: '#f2b84b' })
  fruit(canvas, random, 940, 1290, 118, '#f2b84b')
  fruit(canvas, random, 1070, 1350, 92, '#e7b7a0')
  fruit(canvas, random, 210, 1372, 100, '#d9863d')
  canvas.path('M60 1010c60-90 150-100 210-60-40 70-130 100-210 60z', { fill: '#3f7d5a' })
  return canvas
}

/** A stem with leaves on both sides. */
function frond(canvas: Canvas, random: Random, lean: number, long: number, fill: string): void {
  let path = `M-7 0C-4 ${-long * 0.5} -4 ${-long * 0.8} 0 ${-long}C8 ${-long * 0.8} 6 ${-long * 0.4} 7 0z`
  for (let at = long * 0.28; at < long * 0.98; at += 66) {
    for (const side of [-1, 1]) {
      const reach = Math.round((150 - (110 * at) / long) * random.between(0.85, 1.15)) * side
      const y = Math.round(-at + random.between(-8, 8))
      path += `M0 ${y}C${Math.round(reach * 0.2)} ${y - 64} ${Math.round(reach * 0.8)} ${y - 96} ${reach} ${y - 92}C${reach} ${y - 46} ${Math.round(reach * 0.6)} ${y - 6} 0 ${y}z`
    }
  }
  canvas.path(path, { fill, transform: `rotate(${lean})` })
}

function fruit(canvas: Canvas, random: Random, x: number, y: number, r: number, fill: string): void {
  canvas.path(blob(random, x, y, r, 0.05, 9), { fill })
  canvas.path(`M${x - 4} ${y - r + 6}c-6-30 8-44 22-56l12 10c-14 10-22 24-20 46z`, { fill: '#2d2a45' })
  canvas.path(`M${x + 14} ${y - r - 20}c30-40 74-40 96-20-26 32-60 38-96 20z`, { fill: '#3f7d5a' })
}
