import { useState } from 'preact/hooks'
import { type Manner, proposals } from '../app/proposals.ts'
import { t } from '../app/words.ts'
import { withBlock } from '../editor/document/tree.ts'
import { wordsOf } from '../editor/document/words.ts'
import { SelectField, TextField } from '../ui/field.tsx'
import { say } from '../ui/toasts.tsx'
import { BeforeAfter } from './before-after.tsx'
import type { HelpOf } from './help.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { useProposal } from './proposing.ts'

/** A text in other words. */
export function Rewrite({ capsule, editing, block, onClose }: HelpOf<'rewrite'>) {
  const words = t().authoring
  const [manner, setManner] = useState<Manner>('shorter')
  const [wish, setWish] = useState('')
  const proposing = useProposal((waiting) => proposals.rewrite(capsule.value.id, { block, manner, wish }, waiting))
  return (
    <ProposalDialog
      title={words.rewriteTitle}
      text={words.rewriteText}
      proposing={proposing}
      shown={(proposal) => <BeforeAfter before={wordsOf(block)} after={wordsOf(proposal.block)} />}
      onAccept={(proposal) => {
        editing.change(
          '',
          withBlock(editing.document.value, block.id, () => proposal.block),
        )
        onClose()
        say(words.accepted, { undo: () => editing.undo() })
      }}
      onClose={onClose}
    >
      {() => (
        <>
          <SelectField
            label={words.manner}
            value={manner}
            options={Object.entries(words.manners).map(([value, text]) => ({ value, text }))}
            onChoose={(value) => setManner(value as Manner)}
          />
          {manner === 'own' && (
            <TextField label={words.ownWish} required maxLength={2_000} value={wish} onText={setWish} />
          )}
        </>
      )}
    </ProposalDialog>
  )
}
