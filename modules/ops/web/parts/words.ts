import type { Figure } from '../../state.ts'

const none = '–'

export function count(value: number | null): string {
  if (value === null) return none
  return Number.isInteger(value) || Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}

export function bytes(value: number | null): string {
  if (value === null) return none
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  let size = value
  while (size >= 1_000 && at < units.length - 1) {
    size /= 1_000
    at++
  }
  return `${size >= 100 || at === 0 ? Math.round(size) : size.toFixed(1)} ${units[at]}`
}

export function seconds(value: number | null): string {
  if (value === null) return none
  if (value >= 120) return since(value * 1_000)
  if (value >= 1) return `${value.toFixed(1)} s`
  const ms = value * 1_000
  return `${ms >= 10 ? Math.round(ms) : ms >= 0.1 ? ms.toFixed(1) : ms.toFixed(2)} ms`
}

/** As exact as its target: 99.99 needs two digits more than 80. */
export function share(value: number | null, target = 0): string {
  if (value === null) return none
  const digits = target >= 0.999 ? 3 : target >= 0.99 ? 2 : 1
  return `${(value * 100).toFixed(digits)} %`
}

export function figure({ value, unit }: Figure): string {
  if (unit === 'bytes') return bytes(value)
  if (unit === 'seconds') return seconds(value)
  if (unit === 'share') return share(value)
  return unit === 'perSecond' ? `${count(value)}/s` : count(value)
}

export function since(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1_000))} s`
  if (minutes < 120) return `${minutes} min`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`
}

export function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB')
}
