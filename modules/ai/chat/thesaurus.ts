import { readFileSync } from 'node:fs'
import { stemOf } from './stem.ts'
import file from './thesaurus.txt' with { type: 'file' }

let text: string | undefined

/**
 * Other English words for a word, by WordNet: less to the point than our own list, and about everything. Read from the executable at the
 * first question; searched as it is, line by sorted line, because a map of it would cost megabytes.
 */
export function relatedTo(term: string): readonly string[] {
  text ??= withoutLicence(readFileSync(file, 'latin1'))
  const stem = stemOf(term)
  let from = 0
  let to = text.length
  while (from < to) {
    const start = text.lastIndexOf('\n', Math.floor((from + to) / 2) - 1) + 1
    const end = text.indexOf('\n', start)
    const [first, ...others] = text.slice(start, end).split(' ')
    if (first === stem) return others
    if (first === undefined || first < stem) from = end + 1
    else to = start
  }
  return []
}

function withoutLicence(all: string): string {
  return all.slice(all.indexOf('\n', all.lastIndexOf('\n#') + 1) + 1)
}
