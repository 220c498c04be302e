import { Canvas } from './kit/canvas.ts'
import { below, curve, type Point } from './kit/lines.ts'

/** A working day in light: what the sky gives, what the lamps add. */
export function daylight(): Canvas {
  const canvas = new Canvas(1600, 900)
  const [left, right, foot, top] = [120, 1520, 750, 310]
  canvas.fill(
    canvas.linear([
      [0, '#1b2447'],
      [1, '#27345f'],
    ]),
  )
  canvas.text(80, 104, 'A Tuesday in February', 44, { fill: '#fff', 'font-weight': 700 })
  canvas.text(80, 154, 'Light on the desks by the window, in lux. The dashed line is what reading needs.', 26, {
    fill: '#b9c4e6',
  })
  const x = (hour: number) => left + ((right - left) * (hour - 6)) / 14
  const y = (lux: number) => foot - ((foot - top) * lux) / 800
  const sky: readonly Point[] = [
    [6, 0],
    [7, 10],
    [8, 90],
    [9, 240],
    [10, 430],
    [11, 600],
    [12, 690],
    [13, 700],
    [14, 610],
    [15, 440],
    [16, 230],
    [17, 70],
    [18, 6],
    [20, 0],
  ]
  const given = sky.map(([hour, lux]): Point => [x(hour), y(lux)])
  const needed = y(500)
  for (const hour of [6, 8, 10, 12, 14, 16, 18, 20]) {
    canvas.stroke(`M${x(hour)} ${foot}V${top - 60}`, '#fff', 2, { opacity: 0.08 })
    canvas.text(x(hour), foot + 48, `${String(hour).padStart(2, '0')}:00`, 25, {
      fill: '#b9c4e6',
      'text-anchor': 'middle',
    })
  }
  canvas.path(`M${x(7.5)} ${foot}V${needed + 16}q0-16 16-16H${x(18.5) - 16}q16 0 16 16V${foot}z`, {
    fill: '#7f8fd6',
    opacity: 0.5,
  })
  canvas.path(below(curve(given), given, foot), {
    fill: canvas.down(top, foot, [
      [0, '#ffd98a'],
      [1, '#f08a5d'],
    ]),
  })
  canvas.stroke(curve(given), '#fff1cf', 6)
  canvas.stroke(`M${left} ${needed}H${right}`, '#fff', 3, { 'stroke-dasharray': '4 14', opacity: 0.85 })
  canvas.text(right, needed - 18, '500 lx', 24, { fill: '#fff', 'text-anchor': 'end' })
  canvas.text(x(12.5), y(250), 'Daylight', 34, { fill: '#4a2418', 'font-weight': 700, 'text-anchor': 'middle' })
  canvas.text(x(8.15), y(330), 'Lamps', 28, { fill: '#fff', 'font-weight': 700, 'text-anchor': 'middle' })
  canvas.text(x(17.1), y(330), 'Lamps', 28, { fill: '#fff', 'font-weight': 700, 'text-anchor': 'middle' })
  canvas
    .circle(x(12.6), top - 34, 30, { fill: '#ffe2a0' })
    .circle(x(12.6), top - 34, 48, { fill: '#ffe2a0', opacity: 0.25 })
  canvas.path(`M${left} ${foot}H${right}`, { stroke: '#fff', 'stroke-width': 3, opacity: 0.5 })
  return canvas
}
