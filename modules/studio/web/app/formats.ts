import { language } from './words.ts'

const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>()

function kept<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (locale: string) => T,
): T {
  const key = `${name} ${language.value}`
  const known = made.get(key) as T | undefined
  if (known !== undefined) return known
  const fresh = make(localeOf())
  made.set(key, fresh)
  return fresh
}

/** The browser's variant of the language (`de-AT`), so that dates look as they do elsewhere on this machine. */
function localeOf(): string {
  return navigator.languages.find((one) => one.startsWith(language.value)) ?? language.value
}

export function dateTime(ms: number): string {
  return kept('time', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })).format(
    ms,
  )
}

export function day(ms: number): string {
  return kept('day', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })).format(ms)
}

export function number(value: number): string {
  return kept('number', (locale) => new Intl.NumberFormat(locale)).format(value)
}

export function percent(share: number): string {
  return kept('percent', (locale) => new Intl.NumberFormat(locale, { style: 'percent' })).format(share)
}

/** Nano-USD as dollars: small amounts keep the digits that say something. */
export function money(nano: number): string {
  const digits = nano > 0 && nano < 10_000_000 ? 6 : 2
  const make = (locale: string) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: digits })
  return kept(`money ${digits}`, make).format(nano / 1e9)
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** "1.4 MB": as browsers and phones tell it, in thousands. */
export function fileSize(bytes: number): string {
  const step = Math.min(sizes.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const of = sizes[step] ?? 'byte'
  const make = (locale: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: of, unitDisplay: 'short', maximumFractionDigits: 1 })
  return kept(of, make).format(bytes / 1_000 ** step)
}

/** "45s", "3m 20s". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return [minutes > 0 && unit(minutes, 'minute'), (rest > 0 || minutes === 0) && unit(rest, 'second')]
    .filter(Boolean)
    .join(' ')
}

function unit(value: number, of: 'minute' | 'second'): string {
  const make = (locale: string) => new Intl.NumberFormat(locale, { style: 'unit', unit: of, unitDisplay: 'narrow' })
  return kept(of, make).format(value)
}

/** The name of a country by its two letters. */
export function country(code: string): string {
  return new Intl.DisplayNames(localeOf(), { type: 'region', fallback: 'code' }).of(code) ?? code
}

/** A UTC day, or an hour of one: figures are gathered by these. */
export function bucket(ms: number, by: 'hour' | 'day'): string {
  const style =
    by === 'day' ? ({ dateStyle: 'medium' } as const) : ({ dateStyle: 'short', timeStyle: 'short' } as const)
  return kept(`bucket ${by}`, (locale) => new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' })).format(ms)
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 hours ago"; a date when it is more than a week. */
export function ago(ms: number, nowMs = Date.now()): string {
  const past = nowMs - ms
  if (past > 7 * 86_400_000) return day(ms)
  const format = kept('ago', (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }))
  for (const [unit, size] of steps) if (past >= size) return format.format(-Math.floor(past / size), unit)
  return format.format(0, 'second')
}
