/** A word without its commonest English endings: enough to find it in our lists of words. FTS5 has a stemmer of its own. */
export function stemOf(word: string): string {
  return word.length < 4 ? word : word.replace(/(ies|ing|ed|es|s|e|y)$/, '')
}
