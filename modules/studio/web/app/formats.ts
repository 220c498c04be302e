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
