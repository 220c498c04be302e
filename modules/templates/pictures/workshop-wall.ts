import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

const papers = ['#ffd166', '#f78c6b', '#7bd3c6', '#b8c0ff', '#f7aef8', '#d8e26a'] as const

/** A wall in the middle of a workshop: notes that found their groups, a first sketch, a clock. */
export function workshopWall(random: Random): Canvas {
  const canvas = new Canvas(1600, 1000)
  canvas.fill(
    canvas.linear([
      [0, '#eef1f6'],
      [1, '#dfe4ec'],
    ]),
  )
  canvas.rect(66, 62, 1180, 700, { fill: '#9aa6b8', opacity: 0.35, rx: 12 })
  canvas.rect(56, 48, 1180, 700, { fill: '#fff', stroke: '#c6cedb', 'stroke-width': 8, rx: 12 })
  const columns = [
    ['Heard', 6],
    ['Wondered', 5],
    ['Will try', 4],
  ] as const
  columns.forEach(([name, count], n) => {
    const x = 100 + n * 380
    canvas.text(x, 116, name, 34, { fill: '#2b3350', 'font-weight': 700 })
    canvas.stroke(`M${x} 132q60 8 ${name.length * 18} -2`, '#2b3350', 4)
    for (let k = 0; k < count; k++) {
      note(
        canvas,
        random,
        x + (k % 2) * 168 + random.between(-8, 8),
        168 + Math.floor(k / 2) * 186 + random.between(-8, 8),
        n,
      )
    }
  })
  canvas.stroke('M414 330c40-30 70-30 96-4M806 380c30-26 56-30 84-10', '#e0533d', 5)
  canvas.stroke('M494 318l18 8-4 20M874 362l18 8-2 20', '#e0533d', 5)
  sketch(canvas)
  clock(canvas)
  desk(canvas)
  return canvas
}

function note(canvas: Canvas, random: Random, x: number, y: number, column: number): void {
  const fill = random.pick(papers.slice(column, column + 3))
  canvas.group(
    { transform: `translate(${Math.round(x)} ${Math.round(y)}) rotate(${Math.round(random.between(-5, 5))} 70 70)` },
    () => {
      canvas.path('M6 8h142l-4 150H10z', { fill: '#5b6784', opacity: 0.2 })
      canvas.path('M0 0h146v118l-26 30H0z', { fill }).path('M146 118l-26 30 4-26z', { fill: '#000', opacity: 0.14 })
      let words = ''
      for (let line = 0; line < random.pick([2, 3, 3]); line++)
        words += `M18 ${38 + line * 28}q16-8 32 0t32 0${random.chance(0.6) ? 't28 0' : ''}`
      canvas.stroke(words, '#2b3350', 4, { opacity: 0.75 })
    },
  )
}

function sketch(canvas: Canvas): void {
  canvas.group({ transform: 'translate(1300 360) rotate(2)' }, () => {
    canvas.rect(8, 10, 240, 320, { fill: '#9aa6b8', opacity: 0.35 }).rect(0, 0, 240, 320, { fill: '#fff' })
    canvas.rect(86, -14, 68, 30, { fill: '#ffd166', opacity: 0.8 })
    canvas.stroke('M30 60h180v110H30zM30 60l90 60 90-60M30 206h120M30 234h160M30 262h90', '#2b3350', 4)
    canvas
      .circle(184, 262, 24, { fill: 'none', stroke: '#e0533d', 'stroke-width': 4 })
      .stroke('M174 262l8 9 14-18', '#e0533d', 4)
  })
}

function clock(canvas: Canvas): void {
  canvas
    .circle(1420, 190, 104, { fill: '#9aa6b8', opacity: 0.35 })
    .circle(1412, 180, 102, { fill: '#fff', stroke: '#2b3350', 'stroke-width': 10 })
  let marks = ''
  for (let hour = 0; hour < 12; hour++) {
    const [x, y] = [Math.cos((hour * Math.PI) / 6), Math.sin((hour * Math.PI) / 6)]
    marks += `M${Math.round(1412 + x * 76)} ${Math.round(180 + y * 76)}L${Math.round(1412 + x * 84)} ${Math.round(180 + y * 84)}`
  }
  canvas.stroke(marks, '#2b3350', 5).stroke('M1412 180V122', '#2b3350', 8).stroke('M1412 180l42 26', '#2b3350', 8)
  canvas.circle(1412, 180, 9, { fill: '#e0533d' })
}

function desk(canvas: Canvas): void {
  canvas.rect(0, 850, 1600, 150, {
    fill: canvas.linear([
      [0, '#c98f5a'],
      [1, '#a56f40'],
    ]),
  })
  canvas.rect(0, 838, 1600, 18, { fill: '#e0ab76' })
  canvas
    .path('M180 700h110v120a20 20 0 0 1-20 20h-70a20 20 0 0 1-20-20z', { fill: '#2b7a78' })
    .ellipse(235, 702, 55, 12, { fill: '#17504f' })
  canvas.stroke('M290 726c50 0 50 70 0 72', '#2b7a78', 14)
  canvas.path('M204 700l-16-150 22-6 16 156zM232 700l4-180 24-2-4 182zM258 700l26-136 20 6-24 130z', {
    fill: '#f2b84b',
  })
  canvas.path('M188 550l2-28 20 22zM236 520l12-30 12 28zM284 564l20-24v30z', { fill: '#3a3d52' })
  for (const [n, fill] of ['#ffd166', '#7bd3c6', '#f78c6b'].entries())
    canvas.rect(420 + n * 6, 806 - n * 22, 170, 32, { fill, rx: 3 })
  canvas.path('M980 740h150l-14 98h-122z', { fill: '#fff' }).ellipse(1055, 740, 75, 14, { fill: '#6b4a34' })
  canvas.stroke('M1126 762c46-4 44 52-6 52', '#fff', 14)
  canvas.stroke('M1030 706c-12-24 14-30 4-56M1072 706c-12-24 14-30 4-56', '#9aa6b8', 6, { opacity: 0.7 })
  canvas
    .path('M700 812l190-16 10 30-196 14z', { fill: '#2b3350' })
    .path('M706 806l186-16 4 8-190 16z', { fill: '#fff' })
}
