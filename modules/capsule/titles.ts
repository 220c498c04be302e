import { AppError } from '../../src/errors.ts'
import { limits } from './document/limits.ts'

/** A title without the space around it. @throws AppError invalid with the fault at /title. */
export function checkTitle(title: string): string {
  const trimmed = title.trim()
  const fault =
    trimmed === ''
      ? 'must not be empty'
      : trimmed.length > limits.titleLengthMax
        ? `has at most ${limits.titleLengthMax} characters`
        : !trimmed.isWellFormed() || /\p{Cc}/u.test(trimmed)
          ? 'holds characters that no title has'
          : undefined
  if (fault === undefined) return trimmed
  throw new AppError('invalid', `The title ${fault}.`, { faults: [{ pointer: '/title', message: fault }] })
}

/** The title of a copy, shortened where both do not fit, and never in the middle of a character. */
export function copyTitle(title: string): string {
  const suffix = ' (copy)'
  return title.slice(0, limits.titleLengthMax - suffix.length).replace(/[\ud800-\udbff]$/, '') + suffix
}

/** Text as it is searched: without case, accents and the difference between ß and ss. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}
