import { Canvas } from './kit/canvas.ts'
import { arc } from './kit/lines.ts'

/** A round sensor on a wall in the morning light. */
export function sensor(): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear(
      [
        [0, '#fbe7cf'],
        [0.45, '#f1d9c3'],
        [1, '#b9a9b0'],
      ],
      20,
    ),
  )
  canvas.path('M0 0h560L180 1000H0z', { fill: '#fff6e6', opacity: 0.5 })
  canvas.path('M640 0h180L440 1000H260z', { fill: '#fff6e6', opacity: 0.45 })
  canvas.path('M900 0h90L610 1000h-90z', { fill: '#fff6e6', opacity: 0.35 })
  const [x, y] = [860, 500]
  for (const [r, opacity] of [
    [330, 0.5],
    [400, 0.34],
    [470, 0.2],
    [540, 0.1],
  ] as const) {
    canvas.stroke(arc(x, y, r, 188, 262), '#e0803a', 5, { opacity })
  }
  canvas.ellipse(x + 70, y + 90, 330, 320, {
    fill: canvas.radial([
      [0, '#5d4a55', 0.75],
      [0.6, '#5d4a55', 0.45],
      [1, '#5d4a55', 0],
    ]),
  })
  canvas.circle(x, y, 260, {
    fill: canvas.linear(
      [
        [0, '#ffffff'],
        [0.55, '#f1edea'],
        [1, '#c9bfc1'],
      ],
      50,
    ),
  })
  canvas.circle(x, y, 236, {
    fill: canvas.linear(
      [
        [0, '#efe9e5'],
        [1, '#ffffff'],
      ],
      50,
    ),
  })
  canvas.circle(x, y, 132, {
    fill: canvas.linear(
      [
        [0, '#b3a7ab'],
        [1, '#fdfbfa'],
      ],
      50,
    ),
  })
  canvas.circle(x, y, 118, {
    fill: canvas.radial(
      [
        [0, '#5b6f9a'],
        [0.45, '#232c4a'],
        [1, '#0c1020'],
      ],
      0.38,
      0.34,
      0.75,
    ),
  })
  canvas.circle(x, y, 64, { fill: '#0b0f1f', opacity: 0.55, stroke: '#7285b5', 'stroke-width': 3 })
  canvas.ellipse(x - 42, y - 50, 34, 20, { fill: '#fff', opacity: 0.75, transform: `rotate(-38 ${x - 42} ${y - 50})` })
  canvas.circle(x + 44, y + 52, 9, { fill: '#ffd9a0', opacity: 0.7 })
  canvas.circle(x, y + 186, 34, {
    fill: canvas.radial([
      [0, '#ffb347', 0.9],
      [1, '#ffb347', 0],
    ]),
  })
  canvas.circle(x, y + 186, 8, { fill: '#fff2d8' })
  canvas.stroke(arc(x, y, 210, 60, 82) + arc(x, y, 210, 98, 120), '#cfc5c3', 4)
  canvas.stroke(arc(x, y, 250, 160, 290), '#fff', 6, { opacity: 0.9 })
  return canvas
}
