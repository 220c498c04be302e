import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'

/** BCP 47, as far as captions need it. */
export const languagePattern = '^[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$'

/** @throws AppError invalid for what is no WebVTT with cues; too-large. */
export function checkCaptions(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength > limits.captionBytesMax) {
    throw new AppError('too-large', `Captions may have at most ${limits.captionBytesMax / 1_024} KiB.`)
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw invalid('is not UTF-8', cause)
  }
  if (!/^WEBVTT([ \t\r\n]|$)/.test(text)) throw invalid('does not begin with WEBVTT')
  if (!/^(\d{2,}:)?\d{2}:\d{2}\.\d{3}[ \t]+-->[ \t]+(\d{2,}:)?\d{2}:\d{2}\.\d{3}/m.test(text))
    throw invalid('has no cue')
  return bytes
}

/** Other words have another name: an address never changes what it shows. */
export function captionName(language: string, bytes: Uint8Array): string {
  const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex').slice(0, 12)
  return `captions-${language.toLowerCase()}-${hash}.vtt`
}

/** What a language calls itself; captions of no language are just captions. */
export function labelOf(language: string): string {
  if (language === 'und') return 'Captions'
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
  } catch {
    return language
  }
}

function invalid(message: string, cause?: unknown): AppError {
  return new AppError('invalid', `The captions must be WebVTT; the file ${message}.`, {
    faults: [{ pointer: '', message }],
    cause,
  })
}
