export type AnswerValue = string[] | Record<string, string[]> | Record<string, string | number | boolean>

/**
 * A response's value, read from the fields of a block's form. The names say the kinds: `choice`, `q:QUESTION`,
 * `f:KIND:FIELD`. The browser's script and the server's plain POST both read by this, so that they never differ.
 * An empty field is left out.
 */
export function answerValue(type: string, entries: Iterable<readonly [string, unknown]>): AnswerValue {
  const choices: string[] = []
  const questions = new Map<string, string[]>()
  const fields = new Map<string, string | number | boolean>()
  for (const [name, entry] of entries) {
    if (typeof entry !== 'string' || entry.trim() === '') continue
    const [mark, kind = '', ...rest] = name.split(':')
    if (mark === 'choice') choices.push(entry)
    else if (mark === 'q') questions.set(kind, [...(questions.get(kind) ?? []), entry])
    else if (mark === 'f')
      fields.set(rest.join(':'), kind === 'rating' ? Number(entry) : kind === 'consent' ? true : entry)
  }
  return type === 'poll'
    ? choices
    : (Object.fromEntries<string | number | boolean | string[]>(type === 'quiz' ? questions : fields) as AnswerValue)
}
