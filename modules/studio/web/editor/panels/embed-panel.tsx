import { t } from '../../app/words.ts'
import { TextField } from '../../ui/field.tsx'
import { noAddress } from '../document/making.ts'
import { AddressField } from './address-field.tsx'
import type { PanelOf } from './panel.ts'

export function EmbedPanel({ block, editing }: PanelOf<'embed'>) {
  const words = t().blocks
  return (
    <>
      <AddressField
        label={words.address}
        hint={words.embedHint}
        fault={words.addressFault}
        value={block.url === noAddress ? '' : block.url}
        schemes={['https:']}
        onAddress={(url) => editing.edit(block, { url }, 'url')}
      />
      <TextField
        label={words.mediaTitle}
        maxLength={5_000}
        value={block.title ?? ''}
        onText={(title) => editing.edit(block, { title }, 'title')}
      />
    </>
  )
}
