import { useState } from 'preact/hooks'
import { type Asset, type AssetKind, assets } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { FileCard } from '../../screens/library/file-card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SearchField } from '../../ui/filters.tsx'
import { Failed } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'

const pageSize = 24

/** A file that the library has already, chosen by looking at it. */
export function Picker({
  kind,
  onPick,
  onClose,
}: {
  readonly kind: AssetKind
  readonly onPick: (asset: Asset) => void
  readonly onClose: () => void
}) {
  const words = t().library
  const [q, setQ] = useState('')
  const pages = usePages(
    [],
    // A block of a file takes files of every kind.
    (cursor) => assets.list({ q: q.trim(), kind: kind === 'file' ? '' : kind, limit: pageSize, cursor }),
    q,
  )
  return (
    <Dialog title={t().blocks.pick} size="large" onClose={onClose}>
      <search>
        <SearchField label={words.search} q={q} lengthMax={200} onSearch={setQ} />
      </search>
      {pages.problem !== undefined && <Failed problem={pages.problem} onRetry={pages.reload} />}
      {pages.items?.length === 0 && !pages.hasMore && (
        <p class="hint">{q.trim() === '' ? t().blocks.nothingToPick : words.nothingFoundText}</p>
      )}
      <ul class="cards files">
        {pages.items?.map((asset) => (
          <FileCard key={asset.id} asset={asset} onOpen={() => onPick(asset)} />
        ))}
      </ul>
      <More pages={pages} />
    </Dialog>
  )
}
