import { useCallback, useEffect, useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { type Asset, type AssetKind, assetKinds, assets } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Filters } from '../../ui/filters.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { Dropping } from './dropping.tsx'
import { FileCard } from './file-card.tsx'
import { FileDialog } from './file-dialog.tsx'
import { UploadList } from './upload-list.tsx'
import { arrived, begin } from './uploads.ts'

const kinds = ['', ...assetKinds] as const
const pageSize = 24

type Kind = '' | AssetKind

/** All files of the organization, newest first. */
export function LibraryScreen() {
  const words = t().library
  const writes = may('capsules:write')
  const [q, setQ] = useState('')
  const [kind, setKind] = useState<Kind>('')
  const [opened, setOpened] = useState<Asset | undefined>()
  const pages = usePages([kind], (cursor) => assets.list({ q: q.trim(), kind, limit: pageSize, cursor }), q)
  const fresh = arrived.value
  useEffect(() => {
    if (fresh === undefined || fresh.organization !== organization.value?.slug) return
    // Whether it fits a search is the server's to say; without one it is the newest.
    if (q !== '' || kind !== '') return pages.reload()
    const { asset } = fresh
    pages.change((items) => [asset, ...items.filter((one) => one.id !== asset.id)])
  }, [fresh])
  const take = useCallback((files: readonly File[]) => begin(files, organization.value?.slug ?? ''), [])
  const change = (next: Asset) => {
    setOpened(next)
    pages.change((items) => items.map((one) => (one.id === next.id ? next : one)))
  }
  const remove = (id: string) => {
    setOpened(undefined)
    pages.change((items) => items.filter((one) => one.id !== id))
  }
  return (
    <>
      <Head title={words.title}>{writes && <UploadButton onFiles={take} />}</Head>
      {writes ? <Dropping onFiles={take} /> : <p class="note">{t().general.readOnly}</p>}
      <Filters
        q={q}
        queryLengthMax={200}
        label={words}
        name="kind"
        kinds={kinds.map((value) => ({ value, text: value === '' ? words.all : words.kinds[value] }))}
        kind={kind}
        onSearch={setQ}
        onKind={setKind}
      />
      <UploadList />
      {pages.problem !== undefined && <Failed problem={pages.problem} onRetry={pages.reload} />}
      {pages.items === undefined && pages.problem === undefined && (
        <p class="waiting" role="status">
          {t().general.loading}
        </p>
      )}
      {pages.items?.length === 0 && !pages.hasMore && (
        <Nothing
          filtered={q.trim() !== '' || kind !== ''}
          onAll={() => {
            setQ('')
            setKind('')
          }}
        />
      )}
      {pages.items !== undefined && pages.items.length > 0 && (
        <ul class="cards files">
          {pages.items.map((asset) => (
            <FileCard key={asset.id} asset={asset} onOpen={() => setOpened(asset)} />
          ))}
        </ul>
      )}
      <More pages={pages} />
      {opened !== undefined && (
        <FileDialog
          key={opened.id}
          asset={opened}
          onChanged={change}
          onRemoved={() => remove(opened.id)}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  )
}

function UploadButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  return (
    <label class="button primary upload">
      <Icon name="up" />
      {t().library.upload}
      <input
        type="file"
        class="unseen"
        multiple
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}

/** An empty library teaches what to do next. */
function Nothing({ filtered, onAll }: { readonly filtered: boolean; readonly onAll: () => void }) {
  const words = t().library
  return (
    <div class="empty">
      <h2>{filtered ? words.nothingFound : words.emptyTitle}</h2>
      {filtered ? (
        <>
          <p>{words.nothingFoundText}</p>
          <button type="button" class="button" onClick={onAll}>
            {words.showAll}
          </button>
        </>
      ) : (
        <p>{may('capsules:write') ? words.emptyText : words.viewerEmptyText}</p>
      )}
    </div>
  )
}
