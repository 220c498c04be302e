import { t } from '../app/words.ts'
import { wordDiff } from '../editor/document/word-diff.ts'
import { Proposed } from './proposed.tsx'

/** A text as it is and as it would be; what is different is marked. */
export function BeforeAfter({ before, after }: { readonly before: string; readonly after: string }) {
  const words = t().authoring
  const pieces = wordDiff(before, after)
  const side = (label: string, text: string, without: 'added' | 'removed') => (
    <Proposed label={label}>
      <h4>{label}</h4>
      {text === '' && <p class="hint">{words.nothing}</p>}
      <p>
        {pieces.map((piece, n) =>
          piece.kind === without ? null : piece.kind === 'same' ? piece.text : <mark key={n}>{piece.text}</mark>,
        )}
      </p>
    </Proposed>
  )
  return (
    <div class="both">
      {side(words.before, before, 'added')}
      {side(words.after, after, 'removed')}
    </div>
  )
}
