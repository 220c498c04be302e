import { t } from '../../app/words.ts'
import { CheckField, TextArea } from '../../ui/field.tsx'
import { ChoicesField } from './choices-field.tsx'
import type { PanelOf } from './panel.ts'
import { TargetField } from './target-field.tsx'

export function PollPanel({ block, editing }: PanelOf<'poll'>) {
  const words = t().blocks
  return (
    <>
      <TextArea
        label={words.question}
        rows={2}
        maxLength={5_000}
        value={block.question}
        onText={(question) => editing.edit(block, { question }, 'question')}
      />
      <ChoicesField
        choices={block.choices}
        editing={editing}
        branching
        onChange={(choices, field) => editing.edit(block, { choices }, field)}
      />
      <CheckField
        label={words.multiple}
        checked={block.multiple ?? false}
        onCheck={(multiple) => editing.edit(block, { multiple })}
      />
      <CheckField
        label={words.once}
        checked={block.oncePerVisitor ?? true}
        onCheck={(oncePerVisitor) => editing.edit(block, { oncePerVisitor })}
      />
      <TargetField
        label={words.next}
        value={block.next}
        none={words.stay}
        editing={editing}
        onChoose={(next) => editing.edit(block, { next: next as string })}
      />
    </>
  )
}
