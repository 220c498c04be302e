import { Canvas } from './kit/canvas.ts'
import { below, curve, type Point } from './kit/lines.ts'
import { pines } from './kit/nature.ts'
import type { Random } from './kit/random.ts'

/** Fields in rows, a road, one house, and a cyclist who has the wind behind her. */
export function hills(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear([
      [0, '#74c2e1'],
      [0.55, '#d9f0ea'],
      [1, '#fef6d8'],
    ]),
  )
  canvas.circle(1240, 210, 86, { fill: '#fff3b8' }).circle(1240, 210, 140, { fill: '#fff3b8', opacity: 0.35 })
  cloud(canvas, 240, 190, 1)
  cloud(canvas, 820, 130, 0.7)
  cloud(canvas, 1420, 330, 0.55)
  hill(
    canvas,
    [
      [-20, 520],
      [260, 440],
      [560, 510],
      [900, 420],
      [1240, 500],
      [1620, 430],
    ],
    '#8cc5a2',
  )
  hill(
    canvas,
    [
      [-20, 600],
      [300, 560],
      [700, 600],
      [1060, 520],
      [1400, 580],
      [1620, 550],
    ],
    '#6fb283',
  )
  house(canvas)
  rows(canvas)
  canvas.path(pines(random, [90, 132, 178, 1450, 1500, 1548], 620, 120), { fill: '#2f6b53' })
  hill(
    canvas,
    [
      [-20, 800],
      [320, 720],
      [760, 780],
      [1180, 690],
      [1620, 760],
    ],
    '#4c9a66',
  )
  canvas.path('M1180 700C1000 740 640 790 560 850s120 90 60 160h190c70-90-120-120-60-170s330-90 480-140z', {
    fill: '#f4e3c0',
  })
  hill(
    canvas,
    [
      [-20, 900],
      [260, 880],
      [520, 960],
      [640, 1040],
    ],
    '#3a8257',
  )
  cyclist(canvas)
  grass(canvas, random)
  return canvas
}

function hill(canvas: Canvas, points: readonly Point[], fill: string): void {
  canvas.path(below(curve(points), points, 1000), { fill })
}

function cloud(canvas: Canvas, x: number, y: number, size: number): void {
  canvas.path('M0 60a52 52 0 0 1 8-104 84 84 0 0 1 158-22 66 66 0 0 1 96 62 34 34 0 0 1 0 64z', {
    fill: '#fff',
    opacity: 0.92,
    transform: `translate(${x} ${y}) scale(${size})`,
  })
}

function house(canvas: Canvas): void {
  canvas.group({ transform: 'translate(980 452)' }, () => {
    canvas.rect(0, 40, 150, 84, { fill: '#fff6e8' }).path('M-16 46L75-24l91 70z', { fill: '#d0563f' })
    canvas.path('M110-26h20v44l-20-16z', { fill: '#a8432f' }).rect(62, 74, 30, 50, { fill: '#7a4b3a' })
    canvas.path('M20 62h26v26H20zM106 62h26v26h-26z', { fill: '#74b7d3' })
    canvas.circle(190, 92, 36, { fill: '#4c8f60' }).circle(-34, 98, 30, { fill: '#4c8f60' })
  })
}

function rows(canvas: Canvas): void {
  const field = 'M140 790C300 640 520 600 720 604c60 40 60 110 20 190z'
  canvas.path(field, { fill: '#e8c766' })
  let furrows = ''
  for (let n = 0; n < 13; n++) furrows += `M${180 + n * 46} 800Q${330 + n * 32} 660 ${500 + n * 18} 600`
  canvas.group({ 'clip-path': canvas.clip(field) }, () => canvas.stroke(furrows, '#cfa544', 8))
}

function cyclist(canvas: Canvas): void {
  canvas.group({ transform: 'translate(770 778)' }, () => {
    canvas.group({ fill: 'none', stroke: '#22303f', 'stroke-width': 6 }, () =>
      canvas.circle(0, 46, 34).circle(108, 46, 34),
    )
    canvas.stroke('M0 46l34-48h52l22 48M34-2l18 48h-52M52 46L86-2M84-14l8 12M28-10h22', '#d6336c', 6, {
      'stroke-linejoin': 'round',
    })
    canvas.stroke('M40-12l26 20-8 34', '#2d3a57', 14, { 'stroke-linejoin': 'round' })
    canvas.path('M30-14c2-40 24-66 48-66l14 18c-22 10-34 30-36 54z', { fill: '#f1a73b' })
    canvas.stroke('M78-66l8 36 6 14', '#f1a73b', 11, { 'stroke-linejoin': 'round' })
    canvas.circle(96, -96, 20, { fill: '#c98a64' }).path('M76-98c0-24 40-26 42-4-14-2-22-2-42 4z', { fill: '#fff' })
    canvas.path('M78-84c-26 2-46-6-60 8 22-2 40 10 62-2z', { fill: '#d6336c' })
  })
}

function grass(canvas: Canvas, random: Random): void {
  let blades = ''
  for (let n = 0; n < 34; n++) {
    const x = Math.round(random.between(0, 520))
    blades += `M${x} 1000q${Math.round(random.between(-10, 10))}-30 ${Math.round(random.between(-14, 14))}-${Math.round(random.between(40, 90))}`
  }
  canvas.stroke(blades, '#23603f', 5)
  let flowers = ''
  for (let n = 0; n < 12; n++)
    flowers += `M${Math.round(random.between(10, 420))} ${Math.round(random.between(915, 985))}h0`
  canvas.stroke(flowers, '#ffd9e6', 16)
}
