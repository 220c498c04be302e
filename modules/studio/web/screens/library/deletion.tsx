import { useState } from 'preact/hooks'
import { Problem } from '../../app/problem.ts'
import { type Asset, assets, type Listed } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { type NamedUse, namedUses, UseList } from './uses.tsx'

/** Asks before a file goes. While capsules show it the server refuses: they are named, and only then it goes by force. */
export function Deletion({
  asset,
  uses: known,
  onUses,
  onDone,
  onClose,
}: {
  readonly asset: Asset
  /** Undefined: not known yet. */
  readonly uses: Listed<NamedUse> | undefined
  readonly onUses: (uses: Listed<NamedUse>) => void
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const words = t().library
  const submission = useSubmission()
  const [refused, setRefused] = useState<Listed<NamedUse> | undefined>()
  const uses = refused ?? known
  const isUsed = uses !== undefined && uses.items.length > 0
  const remove = async () => {
    try {
      await assets.remove(asset.id, isUsed)
    } catch (error) {
      if (isUsed || !(error instanceof Problem) || error.code !== 'conflict') throw error
      // Somebody has put it into a capsule in the meantime.
      const found = await namedUses(asset.id)
      setRefused(found)
      onUses(found)
      return
    }
    onDone()
  }
  return (
    <Dialog title={words.removeTitle(asset.name)} onClose={onClose}>
      {isUsed ? (
        <div role="alert">
          <p>{words.removeUsed}</p>
          <UseList uses={uses.items} />
          {uses.nextCursor !== null && <p class="hint">{words.removeUsedMore}</p>}
        </div>
      ) : (
        <p>{words.removeText}</p>
      )}
      <Form submission={submission} onSubmit={remove}>
        <div class="actions">
          <button type="button" class="button quiet" onClick={onClose}>
            {t().general.cancel}
          </button>
          <Submit submission={submission} tone="danger">
            {isUsed ? words.removeAnyway : words.removeAction}
          </Submit>
        </div>
      </Form>
    </Dialog>
  )
}
