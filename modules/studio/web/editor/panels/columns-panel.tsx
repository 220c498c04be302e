import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import type { PanelOf } from './panel.ts'

/** How many columns; what was in one that goes stands at the end of the last that stays. */
export function ColumnsPanel({ block, editing }: PanelOf<'columns'>) {
  const count = block.columns.length
  return (
    <SelectField
      label={t().blocks.columnCount}
      value={String(count)}
      options={['2', '3', '4'].map((value) => ({ value, text: value }))}
      onChoose={(chosen) => {
        const wanted = Number(chosen)
        const kept = block.columns.slice(0, wanted)
        const rest = block.columns.slice(wanted).flat()
        const added = Array.from({ length: Math.max(0, wanted - count) }, () => [])
        const columns = [...kept.slice(0, -1), [...(kept.at(-1) ?? []), ...rest], ...added]
        editing.edit(block, { columns })
      }}
    />
  )
}
