import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

const spines = ['#7c2d3a', '#1f4e5f', '#c08a3e', '#d9c7a3', '#3f5d4a', '#a4543b', '#2e3a59', '#8c6f9c'] as const

/** A library's reading room: daylight through tall windows, shelves, one long table. */
export function readingRoom(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear([
      [0, '#d9c3a0'],
      [1, '#efe0c4'],
    ]),
  )
  canvas.rect(0, 0, 1600, 64, { fill: '#b99a6f' }).rect(0, 64, 1600, 10, { fill: '#9c7d55' })
  for (let n = 0; n < 5; n++) window(canvas, 90 + n * 296)
  shelves(canvas, random)
  canvas.rect(0, 800, 1600, 200, {
    fill: canvas.linear([
      [0, '#8a5f3f'],
      [1, '#5f3f2b'],
    ]),
  })
  canvas.stroke('M0 850h1600M0 912h1600', '#4d3222', 3, { opacity: 0.35 })
  const shaft = canvas.linear(
    [
      [0, '#fff4cf', 0.5],
      [1, '#fff4cf', 0.04],
    ],
    100,
  )
  for (let n = 0; n < 5; n++) {
    const x = 90 + n * 296
    canvas.path(`M${x} 200h236l-150 760h-290z`, { fill: shaft })
    canvas.path(`M${x - 130} 850h240l-36 92h-262z`, { fill: '#ffeab5', opacity: 0.28 })
  }
  table(canvas)
  return canvas
}

function window(canvas: Canvas, x: number): void {
  const shape = `M${x} 560v-300a118 118 0 0 1 236 0v300z`
  canvas.path(shape, { fill: '#fdf6e3', stroke: '#a8875c', 'stroke-width': 18 })
  canvas.path(shape, {
    fill: canvas.linear([
      [0, '#a9d4ea'],
      [0.6, '#e4f2ef'],
      [1, '#fdf3d4'],
    ]),
  })
  canvas.path(`M${x} 560v-70c50-34 90-20 130-44s70-16 106 4v110z`, { fill: '#8fb59a', opacity: 0.75 })
  canvas.path(`M${x} 560v-36c60-20 150-30 236-6v42z`, { fill: '#6f9a80', opacity: 0.8 })
  canvas.stroke(
    `M${x + 118} 142v418M${x} 260h236M${x} 360h236M${x} 460h236M${x + 59} 158v402M${x + 177} 158v402`,
    '#fdf6e3',
    7,
  )
  canvas.rect(x - 22, 560, 280, 20, { fill: '#b08d60', rx: 3 })
}

function shelves(canvas: Canvas, random: Random): void {
  canvas.rect(0, 620, 1600, 184, { fill: '#6d4a31' })
  for (let row = 0; row < 2; row++) {
    const foot = 708 + row * 86
    canvas.rect(0, foot - 76, 1600, 76, { fill: '#4a3020' })
    const runs = new Map<string, string>()
    for (let x = 12; x < 1580; ) {
      const wide = Math.round(random.between(11, 24))
      const tall = Math.round(random.between(44, 68))
      if (random.chance(0.05)) x += 40
      const colour = random.pick(spines)
      runs.set(colour, `${runs.get(colour) ?? ''}M${x} ${foot}v${-tall}h${wide - 2}v${tall}z`)
      x += wide
    }
    for (const [fill, d] of runs) canvas.path(d, { fill })
    canvas.rect(0, foot, 1600, 10, { fill: '#8a613f' })
  }
  for (const x of [0, 318, 636, 954, 1272, 1588]) canvas.rect(x, 612, 14, 192, { fill: '#8a613f' })
  canvas.rect(0, 606, 1600, 16, { fill: '#9b7049' })
}

function table(canvas: Canvas): void {
  canvas.path('M250 870h1100l60 34H190z', { fill: '#b9824f' }).rect(190, 904, 1220, 22, { fill: '#7d5232' })
  canvas.path('M260 926h34v74h-34zM1306 926h34v74h-34zM784 926h34v74h-34z', { fill: '#68432a' })
  for (const x of [430, 800, 1170]) lamp(canvas, x)
  reader(canvas, 610, '#2f6f73', '#3a2a24', '#c98f6b')
  reader(canvas, 1000, '#c8553d', '#20202a', '#8d5a3c')
}

function lamp(canvas: Canvas, x: number): void {
  canvas.ellipse(x, 884, 150, 22, { fill: '#ffe9a8', opacity: 0.4 })
  canvas.path(`M${x - 26} 886h52v-8h-52zM${x - 4} 880v-74h8v74z`, { fill: '#c9a24a' })
  canvas.path(`M${x - 58} 812c4-34 30-46 58-46s54 12 58 46z`, { fill: '#2c6e57' })
  canvas.path(`M${x - 46} 800c6-20 24-28 40-30`, {
    fill: 'none',
    stroke: '#7cc4a4',
    'stroke-width': 5,
    'stroke-linecap': 'round',
  })
  canvas.path(`M${x - 56} 812h112l46 68h-204z`, { fill: '#ffe9a8', opacity: 0.22 })
}

/** Somebody who reads, from behind the table. */
function reader(canvas: Canvas, x: number, coat: string, hair: string, skin: string): void {
  canvas.group({ transform: `translate(${x} 872)` }, () => {
    canvas.path('M-76 0c0-66 30-92 76-92s76 26 76 92z', { fill: coat })
    canvas.path('M-16-100h32v26c-8 10-24 10-32 0z', { fill: skin })
    canvas.ellipse(0, -132, 36, 42, { fill: skin })
    canvas.path('M-38-128c-4-42 16-58 38-58s44 14 38 58c-8-18-20-30-38-30s-30 12-38 30z', { fill: hair })
    canvas.path('M-60-2l58-12v26l-62 6zM60-2L2-14v26l62 6z', { fill: '#fdf8ec' })
    canvas.stroke('M-48 4l38-7M-48 10l38-6M48 4L10-3M48 10L10 4', '#b9ab92', 2)
    canvas.path('M-76-4c8-14 20-18 30-12l-4 16h-26zM76-4c-8-14-20-18-30-12l4 16h26z', { fill: skin })
  })
}
