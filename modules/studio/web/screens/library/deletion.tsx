import { useState } from 'preact/hooks'
import { Problem } from '../../app/problem.ts'
import { type Asset, assets, type Listed } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import type { Pages } from '../../ui/pages.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { type NamedUse, namedUses, UseList } from './uses.tsx'

/** Asks before a file goes. While capsules show it the server refuses: they are named, and only then it goes by force. */
export function Deletion({
  asset,
  uses,
  onDone,
  onClose,
}: {
  readonly asset: Asset
  readonly uses: Pages<NamedUse>
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const words = t().library
  const submission = useSubmission()
  const [refused, setRefused] = useState<Listed<NamedUse> | undefined>()
  const named = refused?.items ?? uses.items ?? []
  const hasMore = refused === undefined ? uses.hasMore : refused.nextCursor !== null
  const isUsed = named.length > 0
  const remove = async () => {
    try {
      await assets.remove(asset.id, isUsed)
    } catch (error) {
      if (isUsed || !(error instanceof Problem) || error.code !== 'conflict') throw error
      // Somebody has put it into a capsule in the meantime.
      setRefused(await namedUses(asset.id))
      uses.reload()
      return
    }
    onDone()
  }
  return (
    <Dialog title={words.removeTitle(asset.name)} onClose={onClose}>
      {isUsed ? (
        <div role="alert">
          <p>{words.removeUsed}</p>
          <UseList uses={named} />
          {hasMore && <p class="hint">{words.removeUsedMore}</p>}
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
