import { Canvas } from './kit/canvas.ts'
import { below, polyline, ridge } from './kit/lines.ts'
import { pines, stars } from './kit/nature.ts'
import type { Random } from './kit/random.ts'

/** A winter night: curtains of light above a frozen lake, and one window that is lit. */
export function northernLights(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear([
      [0, '#050a1e'],
      [0.45, '#0b2440'],
      [0.7, '#155061'],
      [1, '#0a1c33'],
    ]),
  )
  canvas.stroke(stars(random, 64, 1600, 640), '#dff1ff', 2, { opacity: 0.75 })
  canvas.stroke(stars(random, 22, 1600, 560), '#fff', 4, { opacity: 0.9 })
  curtain(canvas, random, { from: 80, to: 1180, y: 470, sway: 90, height: 420, colour: '#4ff0b0', far: '#7a5cf0' })
  curtain(canvas, random, { from: 620, to: 1620, y: 400, sway: 70, height: 330, colour: '#3fd7c4', far: '#b25ce0' })
  const lake = 700
  for (const [y, rise, colour] of [
    [650, 330, '#17405a'],
    [695, 170, '#0e2a44'],
  ] as const) {
    const points = ridge(random, 1600, y, rise, 0.55, 6)
    canvas.path(below(polyline(points), points, lake), { fill: colour })
    if (rise > 200) canvas.stroke(polyline(points), '#9fe8d8', 3, { opacity: 0.35 })
  }
  canvas.rect(0, lake, 1600, 300, {
    fill: canvas.linear([
      [0, '#2b8f8a'],
      [0.35, '#17506a'],
      [1, '#0a1b35'],
    ]),
  })
  let ice = ''
  for (let y = lake + 14; y < 1000; y += 13) {
    ice += `M${Math.round(random.between(0, 1400))} ${y}h${Math.round(random.between(80, 420))}`
  }
  canvas.stroke(ice, '#b8fff0', 3, { opacity: 0.13 })
  shore(canvas, random)
  return canvas
}

interface Curtain {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly sway: number
  readonly height: number
  readonly colour: string
  readonly far: string
}

/** Rays side by side along a swaying hem, in three strengths so that they read as folds. */
function curtain(canvas: Canvas, random: Random, { from, to, y, sway, height, colour, far }: Curtain): void {
  const paint = canvas.linear([
    [0, far, 0],
    [0.35, far, 0.35],
    [0.8, colour, 0.85],
    [0.94, colour, 0.5],
    [1, colour, 0],
  ])
  const phase = random.between(0, 6)
  const step = 32
  for (let x = from; x < to; x += step) {
    const part = (x - from) / (to - from)
    const hem = y + Math.sin(part * 7 + phase) * sway + Math.sin(part * 19 + phase) * 18
    const tall = height * (0.55 + 0.45 * Math.sin(part * Math.PI)) * random.between(0.75, 1.1)
    const folds = 0.35 + 0.3 * Math.sin(part * 31 + phase) ** 2
    const edges = Math.min(1, 6 * part, 6 * (1 - part))
    const lean = Math.round(part * 60 - 30)
    canvas.path(
      `M${Math.round(x)} ${Math.round(hem)}l${lean} ${-Math.round(tall)}h${step + 18}l${-lean} ${Math.round(tall + 8)}z`,
      { fill: paint, opacity: (folds * edges).toFixed(2) },
    )
  }
}

function shore(canvas: Canvas, random: Random): void {
  canvas.path('M1600 742c-150-30-300-16-420 18-90 26-190 40-300 52h720z', { fill: '#dff6f4' })
  canvas.path('M1600 800c-180-22-420-10-600 20-160 26-330 60-560 180h1160z', { fill: '#c3e6ea' })
  canvas.path('M1600 880c-220-20-480 10-640 40-130 24-230 50-330 80h970z', { fill: '#a5cfda' })
  canvas.path(pines(random, [1010, 1052, 1096, 1420, 1462, 1510, 1556], 768, 190), { fill: '#0b2236' })
  canvas.group({ transform: 'translate(1196 664)' }, () => {
    canvas.rect(0, 58, 170, 84, { fill: '#4a2f32' }).path('M-18 66L85-6l103 72z', { fill: '#e9fbf7' })
    canvas
      .path('M-18 66L85-6l103 72h-14L85 12-4 66z', { fill: '#24384d' })
      .path('M128-14h22v44l-22-15z', { fill: '#24384d' })
    canvas.rect(30, 84, 40, 34, { fill: '#ffd27a' }).rect(104, 80, 36, 62, { fill: '#2c1d24' })
    canvas.path('M49 84h3v34h-3zM30 99h40v3H30z', { fill: '#4a2f32' })
    canvas.circle(50, 100, 130, {
      fill: canvas.radial([
        [0, '#ffd27a', 0.55],
        [1, '#ffd27a', 0],
      ]),
    })
    canvas.path('M30 146l-70 60h110l0-60z', { fill: '#ffd27a', opacity: 0.2 })
    canvas.stroke('M139-20c-8-24 14-34 6-60s10-38 4-62', '#d7f5ef', 8, { opacity: 0.3 })
  })
}
