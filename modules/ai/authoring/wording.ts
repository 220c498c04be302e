/** What a model wrote is a stranger's text: no control characters, no halves of characters, and no more than there is room for. */
export function prose(value: unknown, lengthMax: number): string {
  if (typeof value !== 'string') return ''
  const text = value
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .slice(0, lengthMax)
  return text.toWellFormed().trim()
}

/** The same on one line, without tags: nothing here is ever HTML, and as words they only disturb. */
export function line(value: unknown, lengthMax: number): string {
  return prose(withoutTags(prose(value, lengthMax * 2)).replace(/\s+/g, ' '), lengthMax)
}

export function withoutTags(text: string): string {
  return text.replace(/<\/?[a-z][^<>]{0,500}>/gi, ' ')
}

/** As many as there may be, of those that say something. */
export function lines(value: unknown, lengthMax: number, most: number): string[] {
  if (!Array.isArray(value)) return []
  return value
    .slice(0, most)
    .map((one) => line(one, lengthMax))
    .filter((one) => one !== '')
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** An id of a new block, question or choice: 50 random bits. */
export function newBlockId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => alphabet[byte & 31]).join('')
}
