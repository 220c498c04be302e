import { useState } from 'preact/hooks'
import { t } from '../../app/words.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { AddressField } from './address-field.tsx'
import type { PanelOf } from './panel.ts'
import { pageOptions } from './target-field.tsx'

const elsewhere = '\u0000'

export function ButtonPanel({ block, editing }: PanelOf<'button'>) {
  const words = t().blocks
  const pages = pageOptions(editing)
  const isPage = pages.some((page) => page.value === block.to)
  const [outside, setOutside] = useState(!isPage)
  return (
    <>
      <TextField
        label={words.label}
        maxLength={200}
        value={block.label}
        onText={(label) => editing.edit(block, { label }, 'label')}
      />
      <SelectField
        label={words.leadsTo}
        value={outside ? elsewhere : block.to}
        options={[...pages, { value: elsewhere, text: words.elsewhere }]}
        onChoose={(to) => {
          setOutside(to === elsewhere)
          if (to !== elsewhere) editing.edit(block, { to })
        }}
      />
      {outside && (
        <AddressField
          label={words.address}
          fault={words.targetFault}
          value={isPage ? '' : block.to}
          schemes={['https:', 'mailto:', 'tel:']}
          onAddress={(to) => editing.edit(block, { to }, 'to')}
        />
      )}
    </>
  )
}
