/** Items of lists in mammoth's HTML begin as they do on paper, with a dot or their number: as text alone they would be paragraphs. */
export function withItemSigns(html: string): string {
  /** How many items each open list has had; -1: they are not numbered. */
  const counts: number[] = []
  return html.replace(/<(\/?)(ol|ul|li)\b[^>]*>/g, (tag, end: string, name: string) => {
    if (name !== 'li') {
      if (end !== '') counts.pop()
      else counts.push(name === 'ol' ? 0 : -1)
      return tag
    }
    const count = counts.at(-1) ?? -1
    if (end !== '') return tag
    if (count >= 0) counts[counts.length - 1] = count + 1
    return `${tag}${count < 0 ? '•' : `${count + 1}.`} `
  })
}
