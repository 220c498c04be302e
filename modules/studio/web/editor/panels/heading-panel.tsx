import { t } from '../../app/words.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { HelpButton } from '../helping.tsx'
import type { PanelOf } from './panel.ts'

export function HeadingPanel({ block, editing }: PanelOf<'heading'>) {
  const words = t().blocks
  return (
    <>
      <TextField
        label={words.text}
        maxLength={200}
        value={block.text}
        onText={(text) => editing.edit(block, { text }, 'text')}
      />
      <SelectField
        label={words.level}
        value={String(block.level ?? 2)}
        options={Object.entries(words.levels).map(([value, text]) => ({ value, text }))}
        onChoose={(level) => editing.edit(block, { level: Number(level) })}
      />
      <HelpButton editing={editing} help={{ kind: 'rewrite', block }} text={t().authoring.rewrite} />
    </>
  )
}
