/** With an id before it, within the 255 bytes that a file's name has almost everywhere. */
const stemBytesMax = 160
const endingLengthMax = 12

/** A name that every file system takes, with the ending that tells what the file is. */
export function fileName(name: string): string {
  const plain = name.replace(/[\p{C}\\/:*?"<>|]/gu, '_')
  const dot = plain.lastIndexOf('.')
  const hasEnding = dot > 0 && plain.length - dot <= endingLengthMax
  const [stem, ending] = hasEnding ? [plain.slice(0, dot), plain.slice(dot)] : [plain, '']
  // A letter that is cut in two is none.
  const cut = Buffer.from(stem)
    .subarray(0, stemBytesMax)
    .toString()
    .replace(/\ufffd+$/, '')
  return `${cut}${ending}`.replace(/[. ]+$/, '_')
}
