import { Canvas } from './kit/canvas.ts'
import { below, curve, type Point, polyline } from './kit/lines.ts'
import type { Random } from './kit/random.ts'

const ink = '#1d2b3a'
const muted = '#7c8a99'

/** A quiet program for a building's light: figures, a day's curve, its rooms. */
export function dashboard(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear(
      [
        [0, '#0e7c7b'],
        [0.55, '#45b29d'],
        [1, '#f2c57c'],
      ],
      35,
    ),
  )
  canvas.circle(1440, 80, 380, { fill: '#fff', opacity: 0.12 }).circle(90, 960, 300, { fill: '#06393d', opacity: 0.25 })
  canvas.rect(128, 118, 1360, 800, { fill: '#06343a', opacity: 0.28, rx: 30 })
  canvas.rect(120, 96, 1360, 800, { fill: '#fbfaf7', rx: 26 })
  sidebar(canvas)
  canvas.text(424, 178, 'Good morning, 3rd floor', 34, { fill: ink, 'font-weight': 700 })
  canvas.text(424, 214, 'Tuesday · 11 rooms · daylight is enough until 15:40', 20, { fill: muted })
  const cards = [
    ['Daylight now', '640 lx', '#0e7c7b'],
    ['Lamps at', '22 %', '#e08e3c'],
    ['Saved today', '31 kWh', '#5b63b7'],
  ] as const
  cards.forEach(([name, value, colour], n) => {
    const x = 424 + n * 350
    canvas.rect(x, 246, 326, 136, { fill: '#fff', rx: 18, stroke: '#e9e6df', 'stroke-width': 2 })
    canvas.text(x + 24, 290, name, 19, { fill: muted }).text(x + 24, 346, value, 42, { fill: ink, 'font-weight': 700 })
    const points = Array.from({ length: 8 }, (_, k): Point => [x + 216 + k * 12, 344 - k * 5 + random.between(-12, 12)])
    canvas.stroke(curve(points), colour, 5)
  })
  day(canvas)
  rooms(canvas, random)
  return canvas
}

function sidebar(canvas: Canvas): void {
  canvas.path('M146 96h214v800H146a26 26 0 0 1-26-26V122a26 26 0 0 1 26-26z', { fill: '#12303a' })
  canvas.circle(170, 158, 18, { fill: '#f2c57c' }).path('M152 158a18 18 0 0 0 36 0z', { fill: '#45b29d' })
  canvas.text(202, 166, 'Plan', 26, { fill: '#fff', 'font-weight': 700 })
  ;['Today', 'Rooms', 'Lamps', 'Reports', 'People'].forEach((name, n) => {
    const y = 236 + n * 58
    if (n === 0) canvas.rect(138, y - 32, 204, 48, { fill: '#1f4a55', rx: 12 })
    canvas.rect(158, y - 17, 18, 18, { fill: n === 0 ? '#f2c57c' : '#6f929b', rx: 5 })
    canvas.text(192, y, name, 21, { fill: n === 0 ? '#fff' : '#b6cbd0' })
  })
  canvas
    .circle(172, 836, 22, { fill: '#e9b79b' })
    .path('M150 834a22 22 0 0 1 44 0c-8-8-14-10-22-10s-14 2-22 10z', { fill: '#3a2a24' })
  canvas.text(206, 843, 'Mira O.', 20, { fill: '#dce8ea' })
}

function day(canvas: Canvas): void {
  canvas.rect(424, 406, 660, 454, { fill: '#fff', rx: 18, stroke: '#e9e6df', 'stroke-width': 2 })
  canvas.text(450, 450, 'Light over the day', 22, { fill: ink, 'font-weight': 700 })
  canvas.circle(836, 443, 7, { fill: '#f2c57c' }).text(852, 450, 'Daylight', 18, { fill: muted })
  canvas.circle(956, 443, 7, { fill: '#12303a' }).text(972, 450, 'Lamps', 18, { fill: muted })
  const grid = [520, 600, 680, 760].map((y) => `M450 ${y}h608`).join('')
  canvas.stroke(grid, '#eeeae2', 2)
  const sun: Point[] = [0, 6, 30, 96, 178, 236, 252, 214, 158, 84, 22, 0].map((h, n) => [450 + n * 55.3, 806 - h])
  canvas.path(below(curve(sun), sun, 806), {
    fill: canvas.linear([
      [0, '#f2c57c', 0.85],
      [1, '#f2c57c', 0.1],
    ]),
  })
  canvas.stroke(curve(sun), '#e3a94f', 5)
  const lamps: Point[] = [120, 170, 176, 128, 66, 34, 26, 40, 84, 140, 178, 130].map((h, n) => [
    450 + n * 55.3,
    806 - h,
  ])
  canvas.stroke(curve(lamps), '#12303a', 4, { 'stroke-dasharray': '2 11' })
  canvas
    .stroke('M742 490v316', '#0e7c7b', 3)
    .circle(742, 560, 11, { fill: '#0e7c7b', stroke: '#fff', 'stroke-width': 4 })
  canvas.rect(760, 498, 118, 42, { fill: '#0e7c7b', rx: 10 }).text(778, 526, '11:20 now', 18, { fill: '#fff' })
  ;['06', '09', '12', '15', '18'].forEach((hour, n) => canvas.text(450 + n * 143, 840, hour, 18, { fill: muted }))
}

function rooms(canvas: Canvas, random: Random): void {
  canvas.rect(1108, 406, 342, 454, { fill: '#fff', rx: 18, stroke: '#e9e6df', 'stroke-width': 2 })
  canvas.text(1134, 450, 'Rooms', 22, { fill: ink, 'font-weight': 700 })
  ;['Reading corner', 'Atelier', 'Meeting, east', 'Kitchen', 'Front desk'].forEach((name, n) => {
    const y = 500 + n * 74
    const share = random.between(0.25, 0.95)
    canvas.text(1134, y, name, 20, { fill: ink }).text(1424, y, `${Math.round(share * 100)} %`, 18, {
      fill: muted,
      'text-anchor': 'end',
    })
    canvas.stroke(
      polyline([
        [1138, y + 22],
        [1420, y + 22],
      ]),
      '#eeeae2',
      10,
    )
    canvas.stroke(
      polyline([
        [1138, y + 22],
        [1138 + 282 * share, y + 22],
      ]),
      n % 2 === 0 ? '#45b29d' : '#f2c57c',
      10,
    )
  })
}
