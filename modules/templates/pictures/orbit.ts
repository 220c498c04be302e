import { Canvas } from './kit/canvas.ts'
import { arc } from './kit/lines.ts'
import { stars } from './kit/nature.ts'
import type { Random } from './kit/random.ts'

/** Something new, just above the horizon: a glowing disc, rings, small moons. */
export function orbit(random: Random): Canvas {
  const canvas = new Canvas(1600, 900)
  canvas.fill(
    canvas.linear([
      [0, '#0b0b1e'],
      [0.6, '#1d1140'],
      [1, '#4a1a5c'],
    ]),
  )
  canvas.stroke(stars(random, 110, 1600, 780), '#e8e2ff', 2, { opacity: 0.7 })
  const [x, y] = [800, 620]
  canvas.circle(x, y, 620, {
    fill: canvas.radial([
      [0, '#ff9a5a', 0.75],
      [0.35, '#e2458c', 0.4],
      [1, '#5b1f8a', 0],
    ]),
  })
  for (const [n, r] of [300, 380, 470, 570, 680].entries()) {
    canvas.stroke(arc(x, y, r, 180, 360), '#ffd7f0', 2.5, { opacity: (0.5 - n * 0.07).toFixed(2) })
  }
  moon(canvas, 300, 222, 16, '#ffe0b8')
  moon(canvas, 380, 318, 26, '#8fe3ff')
  moon(canvas, 470, 248, 12, '#fff')
  moon(canvas, 570, 292, 20, '#ffb0d8')
  moon(canvas, 680, 212, 34, '#b9a4ff')
  canvas.circle(x, y, 210, {
    fill: canvas.linear([
      [0, '#fff3d6'],
      [0.45, '#ffb45e'],
      [0.8, '#ff5f7e'],
      [1, '#c33aa0'],
    ]),
  })
  let bands = ''
  for (let n = 0; n < 5; n++) bands += `M${x - 220} ${y + 24 + n * 34}h440v${6 + n * 4}h-440z`
  canvas.path(bands, { fill: '#2a1247' })
  canvas.rect(0, 780, 1600, 120, {
    fill: canvas.linear([
      [0, '#7a2a78'],
      [0.2, '#2a1247'],
      [1, '#0d0820'],
    ]),
  })
  let shimmer = ''
  for (let line = 0; line < 8; line++) {
    const half = random.between(60, 210) * (1 - line / 12)
    shimmer += `M${Math.round(x - half)} ${790 + line * 13}h${Math.round(2 * half)}`
  }
  canvas.stroke(shimmer, '#ffc08a', 4, { opacity: 0.6 })
  return canvas
}

function moon(canvas: Canvas, reach: number, degrees: number, r: number, colour: string): void {
  const cx = 800 + Math.cos((degrees * Math.PI) / 180) * reach
  const cy = 620 + Math.sin((degrees * Math.PI) / 180) * reach
  const glow = canvas.radial([
    [0, colour, 0.5],
    [1, colour, 0],
  ])
  canvas.circle(cx, cy, r * 2.6, { fill: glow })
  canvas.circle(cx, cy, r, {
    fill: canvas.radial(
      [
        [0, '#fff'],
        [0.4, colour],
        [1, '#4a2a6a'],
      ],
      0.4,
      0.35,
      0.8,
    ),
  })
}
