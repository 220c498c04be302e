import { Canvas } from './kit/canvas.ts'

export interface BarChart {
  readonly title: string
  readonly note: string
  readonly unit: string
  /** Evenly spaced, from 0 up. */
  readonly steps: readonly number[]
  readonly series: readonly { readonly name: string; readonly colour: string; readonly values: readonly number[] }[]
  readonly labels: readonly string[]
  readonly paper: string
  readonly ink: string
}

/** Bars side by side, with a title that says what they show. */
export function bars({ title, note, unit, steps, series, labels, paper, ink }: BarChart): Canvas {
  const canvas = new Canvas(1600, 900)
  const [left, right, top, foot] = [150, 1520, 250, 770]
  const most = steps.at(-1) ?? 1
  const y = (value: number) => foot - ((foot - top) * value) / most
  canvas.fill(paper)
  canvas.text(left - 70, 104, title, 44, { fill: ink, 'font-weight': 700 })
  canvas.text(left - 70, 154, note, 26, { fill: ink, opacity: 0.65 })
  let at = right
  for (const { name, colour } of [...series].reverse()) {
    at -= name.length * 14 + 60
    canvas.rect(at, 194, 26, 26, { fill: colour, rx: 6 }).text(at + 38, 216, name, 24, { fill: ink })
  }
  for (const step of steps) {
    canvas.path(`M${left} ${y(step)}H${right}`, { stroke: ink, 'stroke-width': 2, opacity: step === 0 ? 0.6 : 0.14 })
    canvas.text(left - 18, y(step) + 8, String(step), 24, { fill: ink, opacity: 0.65, 'text-anchor': 'end' })
  }
  canvas.text(left - 70, top - 34, unit, 24, { fill: ink, opacity: 0.65 })
  const slot = (right - left) / labels.length
  const wide = Math.min(64, (slot * 0.72) / series.length)
  labels.forEach((label, n) => {
    const middle = left + slot * (n + 0.5)
    series.forEach(({ colour, values }, k) => {
      const value = values[n] ?? 0
      const x = middle + (k - series.length / 2) * wide
      canvas.rect(x + 3, y(value), wide - 6, foot - y(value), { fill: colour, rx: 6 })
    })
    canvas.text(middle, foot + 44, label, 25, { fill: ink, opacity: 0.8, 'text-anchor': 'middle' })
  })
  return canvas
}
