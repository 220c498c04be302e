import { Canvas } from './kit/canvas.ts'
import { arc } from './kit/lines.ts'

const wall = '#23304d'

/** An office from above: how far the daylight reaches, and where the sensors hang. */
export function floorPlan(): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill('#e9e4d8')
  let dots = ''
  for (let y = 20; y < 1000; y += 40) for (let x = 20; x < 1600; x += 40) if ((x + y) % 80 === 0) dots += `M${x} ${y}h0`
  canvas.stroke(dots, '#cfc7b4', 4)
  canvas.rect(152, 132, 1320, 760, { fill: '#23304d', opacity: 0.14 })
  canvas.rect(140, 120, 1320, 760, { fill: '#fdfbf5' })
  const reach = canvas.linear([
    [0, '#ffc45e', 0.95],
    [0.6, '#ffe0a0', 0.5],
    [1, '#fff3d4', 0],
  ])
  for (const x of [190, 440, 690, 1000, 1230]) canvas.path(`M${x} 132h190l44 300h-278z`, { fill: reach })
  canvas.path('M1448 540v220l-260 50V500z', {
    fill: canvas.linear(
      [
        [0, '#fff3d4', 0],
        [1, '#ffc45e', 0.85],
      ],
      0,
    ),
  })
  walls(canvas)
  furniture(canvas)
  for (const [x, y, covers] of [
    [330, 330, 112],
    [700, 330, 112],
    [1210, 320, 104],
    [330, 700, 104],
    [690, 700, 96],
    [1240, 660, 112],
  ] as const) {
    canvas.circle(x, y, covers, {
      fill: '#0f8b8d',
      opacity: 0.09,
      stroke: '#0f8b8d',
      'stroke-width': 3,
      'stroke-dasharray': '3 10',
    })
    canvas.circle(x, y, 20, { fill: '#fff', stroke: '#0f8b8d', 'stroke-width': 6 }).circle(x, y, 7, { fill: '#0f8b8d' })
  }
  label(canvas, 222, 508, 'Open office')
  label(canvas, 1150, 508, 'Library')
  label(canvas, 180, 846, 'Meeting')
  label(canvas, 540, 846, 'Kitchen')
  label(canvas, 990, 846, 'Studio')
  compass(canvas)
  return canvas
}

function walls(canvas: Canvas): void {
  canvas.path('M140 120h1320v760H140z', { fill: 'none', stroke: wall, 'stroke-width': 20 })
  canvas.path(
    'M950 120v190M950 400v480M140 540h230M470 540h130M700 540h250M500 540v110M500 750v130M950 540h200M1250 540h210',
    {
      stroke: wall,
      'stroke-width': 14,
      fill: 'none',
    },
  )
  canvas.path('M190 120h190M440 120h190M690 120h190M1000 120h190M1230 120h190M1460 540v220', {
    stroke: '#9fd3e6',
    'stroke-width': 22,
  })
  canvas.path('M190 120h190M440 120h190M690 120h190M1000 120h190M1230 120h190M1460 540v220', {
    stroke: '#fff',
    'stroke-width': 4,
  })
  const doors = `${arc(370, 540, 100, 0, 70)}M370 540l34 94${arc(600, 540, 100, 0, 70)}M600 540l34 94${arc(1150, 540, 100, 0, 70)}M1150 540l34 94${arc(950, 310, 90, 20, 90)}M950 310l84 31`
  canvas.stroke(doors, wall, 3, { opacity: 0.6 })
}

function furniture(canvas: Canvas): void {
  const wood = { fill: '#e3c9a4', stroke: '#b08f63', 'stroke-width': 3, rx: 6 }
  for (const x of [210, 400, 590, 780]) {
    canvas.rect(x, 220, 110, 54, wood).rect(x, 384, 110, 54, wood)
    for (const y of [296, 362]) canvas.circle(x + 55, y, 17, { fill: '#6f7fa5' })
  }
  canvas.rect(220, 640, 200, 90, { ...wood, rx: 45 })
  for (const x of [250, 320, 390])
    canvas.circle(x, 618, 16, { fill: '#c66b4e' }).circle(x, 752, 16, { fill: '#c66b4e' })
  canvas.rect(560, 566, 340, 44, { fill: '#c9d4cf', stroke: '#92a39b', 'stroke-width': 3 })
  canvas.circle(612, 588, 14, { fill: '#7f9189' }).circle(650, 588, 14, { fill: '#7f9189' })
  canvas.circle(800, 720, 58, wood)
  for (const x of [980, 1034, 1088]) canvas.rect(x, 420, 40, 96, { fill: '#8c6a4a', rx: 4 })
  canvas.rect(1330, 180, 60, 220, { fill: '#7b93b8', rx: 22 }).rect(1340, 196, 40, 188, { fill: '#93a9cb', rx: 16 })
  canvas.rect(1040, 600, 220, 90, wood).rect(1060, 720, 160, 60, wood)
  for (const [x, y] of [
    [180, 500],
    [905, 500],
    [1420, 850],
    [905, 846],
  ] as const) {
    canvas.circle(x, y, 24, { fill: '#5b8f6b' }).circle(x - 6, y - 6, 14, { fill: '#7fb38c' })
  }
}

function label(canvas: Canvas, x: number, y: number, words: string): void {
  canvas.text(x, y, words, 26, { fill: wall, 'font-weight': 600 })
}

function compass(canvas: Canvas): void {
  canvas.circle(70, 920, 42, { fill: 'none', stroke: wall, 'stroke-width': 4 })
  canvas.path('M70 872l16 48H54z', { fill: '#c66b4e' }).path('M70 968l16-48H54z', { fill: wall })
  canvas.text(70, 860, 'N', 24, { fill: wall, 'text-anchor': 'middle', 'font-weight': 700 })
}
