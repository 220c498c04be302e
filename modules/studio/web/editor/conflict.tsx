import { t } from '../app/words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { differences } from './document/comparison.ts'
import { wordDiff } from './document/word-diff.ts'
import { wordsOf } from './document/words.ts'
import type { Editing } from './editing.ts'
import type { Saving } from './saving.ts'

/** Two people changed one draft: both versions side by side, and a choice that loses neither. */
export function Conflict({ editing, saving }: { readonly editing: Editing; readonly saving: Saving }) {
  const current = saving.state.value
  if (current.state !== 'conflict') return null
  const words = t().editor
  const { theirs, etag } = current
  const found = differences(editing.document.value, theirs)
  const keepMine = async () => {
    const mine = editing.document.value
    // Theirs becomes a step that undo leads back to.
    editing.change('', theirs)
    editing.change('', mine)
    await saving.resolve(theirs, etag)
  }
  const takeTheirs = async () => {
    editing.change('', theirs)
    await saving.resolve(theirs, etag)
  }
  return (
    <Dialog title={words.conflictTitle} size="large" onClose={() => undefined}>
      <p>{words.conflictText}</p>
      <div class="versions-head" aria-hidden="true">
        <strong>{words.yours}</strong>
        <strong>{words.theirs}</strong>
      </div>
      <div class="changes">
        {found.length === 0 && <p class="note">{words.otherwiseSame}</p>}
        {found.map(({ id, mine, theirs: other }) => {
          const [one, two] = [mine === undefined ? '' : wordsOf(mine), other === undefined ? '' : wordsOf(other)]
          const kind = t().blocks.kinds[(mine ?? other)?.type ?? 'richText']
          const what = mine === undefined ? words.onlyTheirs : other === undefined ? words.onlyYours : words.differs
          const pieces = wordDiff(one, two)
          return (
            <article key={id} class="change">
              <h3>
                {kind} · {what}
              </h3>
              <div class="both">
                <p>
                  <span class="unseen">{words.yours}: </span>
                  {pieces.map((piece, n) =>
                    piece.kind === 'added' ? null : piece.kind === 'removed' ? (
                      <mark key={n}>{piece.text}</mark>
                    ) : (
                      piece.text
                    ),
                  )}
                </p>
                <p>
                  <span class="unseen">{words.theirs}: </span>
                  {pieces.map((piece, n) =>
                    piece.kind === 'removed' ? null : piece.kind === 'added' ? (
                      <mark key={n}>{piece.text}</mark>
                    ) : (
                      piece.text
                    ),
                  )}
                </p>
              </div>
            </article>
          )
        })}
      </div>
      <div class="actions end">
        <button type="button" class="button" onClick={() => void takeTheirs()}>
          {words.takeTheirs}
        </button>
        <button type="button" class="button primary" onClick={() => void keepMine()}>
          {words.keepYours}
        </button>
      </div>
    </Dialog>
  )
}
