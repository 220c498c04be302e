import { Canvas } from './kit/canvas.ts'
import { arc, blob } from './kit/lines.ts'
import type { Random } from './kit/random.ts'

/** A stock list on a phone: what is there, what runs out. */
export function phone(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill('#f6efe3')
  canvas.path(blob(random, 420, 480, 420, 0.2), { fill: '#f7b267', opacity: 0.55 })
  canvas.path(blob(random, 1180, 620, 430, 0.18), { fill: '#7fc8a9', opacity: 0.6 })
  canvas.path(blob(random, 900, 180, 230, 0.2), { fill: '#f4845f', opacity: 0.45 })
  canvas.group({ transform: 'translate(440 560) rotate(-9)' }, () => list(canvas))
  canvas.group({ transform: 'translate(1120 520) rotate(6)' }, () => item(canvas))
  return canvas
}

function frame(canvas: Canvas, draw: () => void): void {
  canvas.rect(-196, -366, 416, 800, { fill: '#3b2a22', opacity: 0.18, rx: 62 })
  canvas.rect(-208, -400, 416, 800, { fill: '#1f2430', rx: 62 })
  canvas.rect(-190, -382, 380, 764, { fill: '#fffdf8', rx: 46 })
  draw()
  canvas.rect(-52, -366, 104, 26, { fill: '#1f2430', rx: 13 })
  canvas.rect(-60, 362, 120, 7, { fill: '#1f2430', rx: 3, opacity: 0.5 })
}

function list(canvas: Canvas): void {
  frame(canvas, () => {
    canvas.text(-158, -282, 'Shelf 4', 40, { fill: '#1f2430', 'font-weight': 700 })
    canvas.text(-158, -246, '18 of 24 counted', 22, { fill: '#7a7468' })
    canvas.rect(-158, -226, 316, 12, { fill: '#ebe4d6', rx: 6 }).rect(-158, -226, 237, 12, { fill: '#1b7f6b', rx: 6 })
    const rows = [
      ['Oat flakes', '32', '#e9c46a'],
      ['Olive oil', '6', '#8ab17d'],
      ['Honey', '14', '#f4a261'],
      ['Coffee, dark', '3', '#7a4b3a'],
      ['Rice', '41', '#cdb4a0'],
      ['Sea salt', '22', '#8fb8d0'],
    ] as const
    rows.forEach(([name, count, colour], n) => {
      const y = -168 + n * 84
      const low = Number(count) < 10
      canvas.rect(-158, y - 30, 316, 72, { fill: low ? '#fde8df' : '#f7f2e8', rx: 18 })
      canvas.rect(-142, y - 16, 44, 44, { fill: colour, rx: 12 })
      canvas.text(-82, y + 14, name, 24, { fill: '#1f2430' })
      canvas.text(138, y + 14, count, 26, {
        fill: low ? '#c2452d' : '#1f2430',
        'font-weight': 700,
        'text-anchor': 'end',
      })
    })
  })
}

function item(canvas: Canvas): void {
  frame(canvas, () => {
    canvas.path('M-144-382h288a46 46 0 0 1 46 46v286h-380v-286a46 46 0 0 1 46-46z', { fill: '#ffe3c7' })
    canvas.ellipse(0, -86, 110, 16, { fill: '#b98a5e', opacity: 0.35 })
    canvas.rect(-74, -258, 148, 172, { fill: '#7a4b3a', rx: 16 }).rect(-74, -214, 148, 92, { fill: '#fff3e2' })
    canvas.rect(-84, -284, 168, 34, { fill: '#3c241b', rx: 10 })
    canvas
      .path('M0-196c26 4 32 40 0 58-32-18-26-54 0-58z', { fill: '#c2452d' })
      .stroke('M0-192c-8 16 8 30 0 48', '#fff3e2', 4)
    canvas.text(-158, 8, 'Coffee, dark', 38, { fill: '#1f2430', 'font-weight': 700 })
    canvas.text(-158, 46, 'Runs out on Thursday', 23, { fill: '#c2452d' })
    canvas.stroke(arc(-96, 142, 52, -90, 270 - 1), '#ebe4d6', 16).stroke(arc(-96, 142, 52, -90, 0), '#c2452d', 16)
    canvas.text(-96, 153, '3', 36, { fill: '#1f2430', 'font-weight': 700, 'text-anchor': 'middle' })
    canvas.text(-14, 130, 'left of 12', 24, { fill: '#1f2430' }).text(-14, 166, '2 sold a day', 24, { fill: '#7a7468' })
    canvas.rect(-158, 236, 316, 76, { fill: '#1b7f6b', rx: 24 })
    canvas.text(0, 284, 'Order 12 more', 27, { fill: '#fff', 'font-weight': 700, 'text-anchor': 'middle' })
  })
}
