export interface Piece {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Longer texts are shown as one removed and one added: the comparison takes words × words. */
const wordsMax = 1_500

/** What turned one text into the other, word by word: the longest common subsequence stays. */
export function wordDiff(before: string, after: string): Piece[] {
  const [old, fresh] = [split(before), split(after)]
  if (old.length > wordsMax || fresh.length > wordsMax) {
    return joined([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ])
  }
  const width = fresh.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === fresh[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  const pieces: Piece[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    const [one, other] = [old[i], fresh[j]]
    if (one !== undefined && one === other) {
      pieces.push({ kind: 'same', text: one })
      i++
      j++
    } else if (
      one !== undefined &&
      (other === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      pieces.push({ kind: 'removed', text: one })
      i++
    } else {
      pieces.push({ kind: 'added', text: other ?? '' })
      j++
    }
  }
  return joined(pieces)
}

/** Words with the space behind them. */
function split(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? []
}

function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (piece.text === '') continue
    if (last?.kind === piece.kind) result[result.length - 1] = { kind: last.kind, text: last.text + piece.text }
    else result.push(piece)
  }
  return result
}
