import { Canvas, type Stop } from '../pictures/kit/canvas.ts'
import type { FilmFormat } from './webm.ts'

export const dayFormat = { width: 640, height: 400, framesPerSecond: 12 } as const satisfies FilmFormat
export const daySeconds = 8

/** Colours of the sky over a day, from midnight to midnight: above and at the horizon. */
const skies: readonly (readonly [hour: number, above: string, horizon: string])[] = [
  [5, '#0b1230', '#1c2850'],
  [6.6, '#3b4a86', '#f0a17c'],
  [8, '#7fb4de', '#ffe3b3'],
  [12.5, '#58a8e6', '#dff1fb'],
  [16.5, '#7fb0dc', '#ffe0ab'],
  [18.2, '#5a4a8c', '#ee7f63'],
  [19.6, '#141b40', '#3a3566'],
  [21, '#0b1230', '#1c2850'],
]

/** A room at an hour of the day: the sun crosses the window, the lamp adds what is missing. */
export function dayAt(hour: number): Canvas {
  const canvas = new Canvas(dayFormat.width, dayFormat.height)
  // Up from six to seven in the evening, highest at half past twelve.
  const height = Math.sin(((hour - 6) / 13) * Math.PI)
  const daylight = Math.max(0, height)
  const lamp = Math.min(1, Math.max(0, 1 - daylight * 1.5))
  const wall = mix('#2b2f4a', '#f4ead9', Math.max(daylight ** 0.6, lamp * 0.62))
  canvas.fill(wall)
  window(canvas, hour, height)
  canvas.rect(0, 318, 640, 82, { fill: mix('#2a2233', '#b98a5e', Math.max(daylight ** 0.6, lamp * 0.55)) })
  canvas.rect(0, 312, 640, 8, { fill: mix('#1e1a2c', '#e9d8bd', Math.max(daylight, lamp * 0.5)) })
  patch(canvas, hour, daylight)
  furniture(canvas, daylight, lamp)
  meter(canvas, hour, daylight, lamp)
  return canvas
}

function window(canvas: Canvas, hour: number, height: number): void {
  const stops: readonly Stop[] = [
    [0, sky(hour, 1)],
    [1, sky(hour, 2)],
  ]
  const frame = 'M170 60h250v190H170z'
  canvas.path(frame, { fill: canvas.linear(stops) })
  canvas.group({ 'clip-path': canvas.clip(frame) }, () => {
    const [x, y] = [170 + ((hour - 6) / 13) * 250, 232 - height * 140]
    canvas.circle(x, y, 46, { fill: '#fff1c4', opacity: 0.3 }).circle(x, y, 20, { fill: '#fff6dc' })
    canvas.path('M170 226c50-30 90-26 130-8s80 16 120-10v50H170z', {
      fill: mix('#1a2138', '#7ea884', Math.max(0, height)),
    })
  })
  canvas
    .stroke('M295 60v190M170 150h250', '#fdf8ee', 6)
    .path(frame, { fill: 'none', stroke: '#fdf8ee', 'stroke-width': 10 })
  canvas.rect(154, 250, 282, 12, { fill: '#fdf8ee' })
}

/** The sun's patch on the floor goes the other way. */
function patch(canvas: Canvas, hour: number, daylight: number): void {
  const shift = (12.5 - hour) * 34
  const x = 240 + shift
  canvas.path(`M${x} 322h110l${30 + shift * 0.3} 66h-150z`, { fill: '#fff0c2', opacity: (daylight * 0.65).toFixed(2) })
}

function furniture(canvas: Canvas, daylight: number, lamp: number): void {
  const shade = Math.max(daylight ** 0.6, lamp * 0.7)
  canvas.path('M452 292h150v10H452zM462 302h8v64h-8zM584 302h8v64h-8z', { fill: mix('#2d2230', '#8f5f3d', shade) })
  canvas.path('M500 286h60v6h-60zM506 280h54v6h-54z', { fill: mix('#33304a', '#c8553d', shade) })
  canvas.path(
    'M96 366c-8-40-30-60-52-66 28-2 44 12 54 34 0-40-8-62-22-84 26 14 34 44 32 82 10-26 26-40 52-42-26 12-42 36-50 76z',
    {
      fill: mix('#16263a', '#4c8f60', shade),
    },
  )
  canvas.path('M72 356h58l-8 36H80z', { fill: mix('#2b2538', '#d9863d', shade) })
  canvas.path('M526 0h4v96h-4z', { fill: '#3a3344' })
  canvas.path('M488 128c0-26 18-38 40-38s40 12 40 38z', { fill: mix('#3a3344', '#0e7490', 0.7) })
  const glow = canvas.radial([
    [0, '#ffd98a', 0.9 * lamp],
    [0.35, '#ffcf7a', 0.4 * lamp],
    [1, '#ffcf7a', 0],
  ])
  canvas.circle(528, 150, 210, { fill: glow })
  canvas.ellipse(528, 130, 30, 7, { fill: mix('#5a5266', '#fff3cf', lamp) })
  canvas.path('M500 132h56l70 160H430z', { fill: '#ffe2a0', opacity: (lamp * 0.2).toFixed(2) })
}

function meter(canvas: Canvas, hour: number, daylight: number, lamp: number): void {
  const minutes = Math.floor((hour % 1) * 4) * 15
  canvas.rect(18, 16, 124, 62, { fill: '#0e1526', opacity: 0.62, rx: 10 })
  canvas.text(32, 42, `${String(Math.floor(hour)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`, 20, {
    fill: '#fff',
    'font-weight': 700,
  })
  canvas.rect(32, 54, 94, 5, { fill: '#fff', opacity: 0.25 }).rect(32, 54, 94 * daylight, 5, { fill: '#ffd98a' })
  canvas.rect(32, 64, 94, 5, { fill: '#fff', opacity: 0.25 }).rect(32, 64, 94 * lamp, 5, { fill: '#5eead4' })
}

function sky(hour: number, which: 1 | 2): string {
  const next = skies.findIndex(([at]) => at > hour)
  const [from, to] = [skies[next - 1] ?? skies[0], skies[next] ?? skies.at(-1)]
  if (from === undefined || to === undefined) return '#000000'
  const part = from === to ? 0 : Math.max(0, (hour - from[0]) / (to[0] - from[0]))
  return mix(from[which], to[which], part)
}

/** A colour between two `#rrggbb`, 0 to 1. */
function mix(one: string, other: string, part: number): string {
  const share = Math.max(0, Math.min(1, part))
  const channel = (at: number) => {
    const [from, to] = [Number.parseInt(one.slice(at, at + 2), 16), Number.parseInt(other.slice(at, at + 2), 16)]
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(1)}${channel(3)}${channel(5)}`
}
