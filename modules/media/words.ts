import { limits } from './limits.ts'

/** The words by which a name is found: letters and digits, without accents and case, bounded. */
export function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
  return [...new Set((words ?? []).map((word) => word.slice(0, limits.wordLengthMax)))].slice(0, limits.wordsPerNameMax)
}
