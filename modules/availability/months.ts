import { AppError } from '../../src/errors.ts'

const form = /^(\d{4})-(0[1-9]|1[0-2])$/

/** The UTC month of a moment, as a number that grows by one a month. */
export function monthOf(ms: number): number {
  const date = new Date(ms)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** `2026-11`. */
export function monthText(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`
}

/** @throws AppError invalid for anything but a month as `2026-11`. */
export function parseMonth(text: string): number {
  const [, year, month] = form.exec(text) ?? []
  if (year === undefined || month === undefined) {
    throw new AppError('invalid', 'A month is written as 2026-11.', {
      faults: [{ pointer: '?month', message: 'is written as 2026-11' }],
    })
  }
  return Number(year) * 12 + Number(month) - 1
}
