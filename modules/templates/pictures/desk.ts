import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

/** A desk that waits for somebody new: a laptop, a plant, a letter that says welcome. */
export function desk(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill('#f3e9ff')
  canvas.rect(0, 0, 1600, 720, {
    fill: canvas.linear([
      [0, '#e6dbfa'],
      [1, '#f7f0ff'],
    ]),
  })
  view(canvas)
  bunting(canvas)
  canvas.rect(0, 720, 1600, 280, {
    fill: canvas.linear([
      [0, '#d99a6c'],
      [1, '#b97746'],
    ]),
  })
  canvas.rect(0, 706, 1600, 22, { fill: '#eab68c' })
  lamp(canvas)
  laptop(canvas)
  plant(canvas, random)
  letter(canvas)
  mug(canvas)
  return canvas
}

function view(canvas: Canvas): void {
  canvas.rect(120, 110, 430, 470, { fill: '#fff', rx: 14 })
  canvas.rect(142, 132, 386, 426, {
    fill: canvas.linear([
      [0, '#8fd0f0'],
      [1, '#fdf0d2'],
    ]),
  })
  canvas.circle(430, 230, 44, { fill: '#fff4c9' })
  canvas.path('M142 470c70-80 130-90 190-40 60-70 130-70 196-10v138H142z', { fill: '#8fb98f' })
  canvas.path('M142 510c110-50 240-40 386 6v42H142z', { fill: '#6d9e78' })
  canvas.path('M190 250c10-26 44-26 52-6 26-6 34 26 10 30h-64c-22-4-18-24 2-24z', { fill: '#fff', opacity: 0.9 })
  canvas
    .path('M324 132h20v426h-20zM142 336h386v18H142z', { fill: '#fff' })
    .rect(100, 576, 470, 26, { fill: '#fff', rx: 6 })
}

function bunting(canvas: Canvas): void {
  canvas.stroke('M640 96C860 190 1240 190 1540 70', '#6b5b8c', 4)
  const flags = ['#7c3aed', '#f59e0b', '#ec4899', '#10b981', '#3b82f6', '#f43f5e', '#7c3aed', '#f59e0b'] as const
  flags.forEach((fill, n) => {
    const part = (n + 0.6) / 8.4
    const x = 640 + part * 900
    const y = 96 * (1 - part) ** 3 + 570 * part * (1 - part) ** 2 + 570 * part ** 2 * (1 - part) + 70 * part ** 3
    canvas.path(`M${Math.round(x - 36)} ${Math.round(y)}h72l-36 74z`, { fill })
  })
}

function lamp(canvas: Canvas): void {
  canvas.path('M1330 300l150 330h-330z', { fill: '#fff4c9', opacity: 0.4 })
  canvas.stroke('M1470 710V470L1340 300', '#4c3d73', 16, { 'stroke-linejoin': 'round' })
  canvas.circle(1470, 470, 17, { fill: '#7c3aed' })
  canvas.path('M1400 700h140a16 16 0 0 1 16 16h-172a16 16 0 0 1 16-16z', { fill: '#4c3d73' })
  canvas.path('M1268 336c0-60 40-92 88-84l36 72-92 74c-18-14-32-34-32-62z', { fill: '#7c3aed' })
  canvas.ellipse(1346, 362, 58, 18, { fill: '#fff4c9', transform: 'rotate(-39 1346 362)' })
}

function laptop(canvas: Canvas): void {
  canvas.ellipse(830, 840, 360, 26, { fill: '#6d3f22', opacity: 0.25 })
  canvas
    .path('M590 440a24 24 0 0 1 24-24h432a24 24 0 0 1 24 24v310H590z', { fill: '#2f2945' })
    .rect(610, 438, 440, 292, { fill: '#fffdfa' })
  canvas.path('M540 750h580l40 66a18 18 0 0 1-16 26H516a18 18 0 0 1-16-26z', { fill: '#cfc8de' })
  canvas.path('M566 762h528l26 42H540zM760 812h140l8 18H752z', { fill: '#a9a0c0' })
  canvas.text(830, 520, 'Hello, and welcome', 36, { fill: '#2f2945', 'font-weight': 700, 'text-anchor': 'middle' })
  canvas.rect(660, 548, 340, 14, { fill: '#e4dcf2', rx: 7 }).rect(700, 576, 260, 14, { fill: '#e4dcf2', rx: 7 })
  ;['#7c3aed', '#f59e0b', '#10b981'].forEach((fill, n) => {
    canvas.rect(666 + n * 116, 620, 96, 70, { fill, opacity: 0.16, rx: 14 }).circle(714 + n * 116, 655, 18, { fill })
  })
}

function plant(canvas: Canvas, random: Random): void {
  for (let n = 0; n < 11; n++) {
    const angle = -78 + n * 15.6 + random.between(-4, 4)
    const long = Math.round(random.between(190, 270) - Math.abs(n - 5) * 12)
    canvas.path(`M0 0C-34 ${-long * 0.4} -30 ${-long * 0.8} 0 ${-long}C30 ${-long * 0.8} 34 ${-long * 0.4} 0 0z`, {
      fill: random.pick(['#2f7d5b', '#47a076', '#68bb8d']),
      transform: `translate(330 690) rotate(${Math.round(angle)})`,
    })
  }
  canvas.path('M240 660h180l-22 150a24 24 0 0 1-24 20h-88a24 24 0 0 1-24-20z', { fill: '#f59e0b' })
  canvas
    .path('M228 640h204v44H228z', { fill: '#fbbf54' })
    .path('M250 700h160l-4 26H254z', { fill: '#fff', opacity: 0.35 })
}

function letter(canvas: Canvas): void {
  canvas.group({ transform: 'translate(1210 800) rotate(-7)' }, () => {
    canvas.path('M6 10h230v140H6z', { fill: '#6d3f22', opacity: 0.25 }).rect(0, 0, 230, 140, { fill: '#fff' })
    canvas
      .path('M0 0l115 82L230 0z', { fill: '#f3e9ff' })
      .stroke('M0 0l115 82L230 0M0 140l84-76M230 140l-84-76', '#c9b8e8', 4)
    canvas.circle(115, 78, 22, { fill: '#ec4899' }).path('M115 90c-24-16-12-30 0-18 12-12 24 2 0 18z', { fill: '#fff' })
  })
}

function mug(canvas: Canvas): void {
  canvas.stroke('M514 830c52-4 50 66-4 66', '#ec4899', 16)
  canvas
    .path('M398 800h120l-8 112a18 18 0 0 1-18 16h-68a18 18 0 0 1-18-16z', { fill: '#ec4899' })
    .ellipse(458, 800, 60, 13, { fill: '#7a3b20' })
  canvas.stroke('M440 772c-12-20 12-26 2-48M476 772c-12-20 12-26 2-48', '#fff', 6, { opacity: 0.8 })
}
