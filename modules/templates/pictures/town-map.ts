import { Canvas } from './kit/canvas.ts'
import { curve, type Point, tenth } from './kit/lines.ts'
import type { Random } from './kit/random.ts'

const river: readonly Point[] = [
  [-40, 250],
  [180, 300],
  [360, 420],
  [560, 470],
  [760, 430],
  [960, 500],
  [1120, 660],
  [1320, 720],
  [1660, 690],
]

/** From the station, over the footbridge. */
const way = 'M745 868L720 760c-4-26 20-36 50-44l240-60-54-290c-4-22 12-30 30-34l132-30'

/** A town from above: the river, two parks, the way from the station to the door. */
export function townMap(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill('#f3eee3')
  canvas.path('M1160-20h480v300c-120 40-260 30-360-40s-140-160-120-260z', { fill: '#cfe5c4' })
  canvas.path('M120 640c120-60 260-40 320 60s20 220-120 260-260-20-290-120 10-160 90-200z', { fill: '#cfe5c4' })
  canvas.group({ transform: 'rotate(-14 800 500)' }, () => streets(canvas, random))
  canvas.stroke(curve(river), '#f3eee3', 150).stroke(curve(river), '#a8d3e6', 112)
  canvas.stroke(curve(river), '#fff', 4, { opacity: 0.5, 'stroke-dasharray': '50 130' })
  canvas
    .stroke('M420-40L620 1040M980-40l170 1080', '#fff', 40)
    .stroke('M420-40L620 1040M980-40l170 1080', '#ffd98c', 28)
  canvas.stroke('M-40 900C300 820 700 880 1000 850s420-90 660-60', '#8b8f9c', 10)
  canvas.stroke('M-40 900C300 820 700 880 1000 850s420-90 660-60', '#f3eee3', 6, { 'stroke-dasharray': '22 22' })
  trees(canvas, random)
  canvas.stroke('M1000 606L966 420', '#fff', 34)
  canvas.stroke(way, '#fff', 20, { 'stroke-linejoin': 'round' })
  canvas.stroke(way, '#d6336c', 10, {
    'stroke-dasharray': '2 20',
    'stroke-linejoin': 'round',
  })
  station(canvas)
  pin(canvas)
  words(canvas)
  return canvas
}

/** Blocks of houses on a grid of streets, turned as a whole. */
function streets(canvas: Canvas, random: Random): void {
  const fills = ['#e4dccb', '#dcd2bd', '#e9e1d2'] as const
  const paths: Record<string, string> = {}
  for (let x = -200; x < 1800; x += 150) {
    for (let y = -260; y < 1300; y += 112) {
      if (random.chance(0.16)) continue
      const fill = random.pick(fills)
      const wide = random.chance(0.3) ? 58 : 126
      paths[fill] = `${paths[fill] ?? ''}M${x} ${y}h${wide}v${random.pick([60, 88, 88])}h${-wide}z`
    }
  }
  for (const [fill, d] of Object.entries(paths))
    canvas.path(d, { fill, stroke: '#fff', 'stroke-width': 3, 'stroke-linejoin': 'round' })
}

function trees(canvas: Canvas, random: Random): void {
  let path = ''
  for (let n = 0; n < 26; n++) {
    const east = n % 2 === 0
    const [x, y] = east
      ? [random.between(1230, 1580), random.between(10, 120)]
      : [random.between(110, 400), random.between(690, 900)]
    path += `M${tenth(x)} ${tenth(y)}h0`
  }
  canvas.stroke(path, '#86b98a', 24).stroke(path, '#9dcb9c', 12)
}

function station(canvas: Canvas): void {
  canvas.circle(745, 872, 34, { fill: '#fff' }).circle(745, 872, 28, { fill: '#2d3a57' })
  canvas.path('M733 858h24a4 4 0 0 1 4 4v16a6 6 0 0 1-6 6h-20a6 6 0 0 1-6-6v-16a4 4 0 0 1 4-4zm0 6v8h24v-8z', {
    fill: '#fff',
    'fill-rule': 'evenodd',
  })
}

function pin(canvas: Canvas): void {
  canvas.ellipse(1120, 300, 40, 12, { fill: '#2d3a57', opacity: 0.3 })
  canvas.path('M1120 298c-60-80-84-112-84-152a84 84 0 0 1 168 0c0 40-24 72-84 152z', {
    fill: '#d6336c',
    stroke: '#fff',
    'stroke-width': 8,
  })
  canvas.circle(1120, 148, 34, { fill: '#fff' })
}

function words(canvas: Canvas): void {
  const outline = {
    stroke: '#f3eee3',
    'stroke-width': 8,
    'paint-order': 'stroke',
    'stroke-linejoin': 'round',
    fill: '#2d3a57',
  }
  canvas.text(794, 930, 'Central station', 32, { ...outline, 'font-weight': 700 })
  canvas.text(1222, 166, 'The Boathouse', 38, { ...outline, 'font-weight': 700 })
  canvas.text(1222, 206, '14 minutes on foot', 28, outline)
  canvas.text(170, 800, 'Garden park', 28, { ...outline, stroke: '#cfe5c4', fill: '#3f6b4a' })
  canvas.text(156, 286, 'River Aun', 28, { fill: '#2f6f8f', transform: 'rotate(22 156 286)', 'font-style': 'italic' })
}
