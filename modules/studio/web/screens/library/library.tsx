import { useCallback, useEffect, useState } from 'preact/hooks'
import { Head } from '../../app/frame.tsx'
import { asProblem, type Problem } from '../../app/problem.ts'
import { type Asset, type AssetKind, assetKinds, assets, type Listed } from '../../app/resources.ts'
import { may, organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Filters } from '../../ui/filters.tsx'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Dropping } from './dropping.tsx'
import { FileCard } from './file-card.tsx'
import { FileDialog } from './file-dialog.tsx'
import { UploadList } from './upload-list.tsx'
import { arrived, begin } from './uploads.ts'

const kinds = ['', ...assetKinds] as const
const pageSize = 24
const typingMs = 250

type Kind = '' | AssetKind

/** All files of the organization, newest first. */
export function LibraryScreen() {
  const words = t().library
  const writes = may('capsules:write')
  const [q, setQ] = useState('')
  const [kind, setKind] = useState<Kind>('')
  const [shown, setShown] = useState<Listed<Asset> | undefined>()
  const [problem, setProblem] = useState<Problem | undefined>()
  const [opened, setOpened] = useState<Asset | undefined>()
  const [round, setRound] = useState(0)
  const load = (cursor?: string) => assets.list({ q: q.trim(), kind, limit: pageSize, cursor })
  useEffect(() => {
    let current = true
    const timer = setTimeout(
      () =>
        load().then(
          (page) => {
            if (!current) return
            setProblem(undefined)
            setShown(page)
          },
          (error: unknown) => current && setProblem(asProblem(error, t().general.offline)),
        ),
      q === '' ? 0 : typingMs,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [q, kind, round])
  const fresh = arrived.value
  useEffect(() => {
    if (fresh === undefined || fresh.organization !== organization.value?.slug) return
    // Whether it fits a search is the server's to say; without one it is the newest.
    if (q !== '' || kind !== '') return setRound((n) => n + 1)
    const { asset } = fresh
    setShown((old) => old && { ...old, items: [asset, ...old.items.filter((one) => one.id !== asset.id)] })
  }, [fresh])
  const more = async () => {
    if (shown?.nextCursor == null) return
    try {
      const page = await load(shown.nextCursor)
      setShown({ items: [...shown.items, ...page.items], nextCursor: page.nextCursor })
    } catch (error) {
      setProblem(asProblem(error, t().general.offline))
    }
  }
  const take = useCallback((files: readonly File[]) => begin(files, organization.value?.slug ?? ''), [])
  const change = (next: Asset) => {
    setOpened(next)
    setShown((old) => old && { ...old, items: old.items.map((one) => (one.id === next.id ? next : one)) })
  }
  const remove = (id: string) => {
    setOpened(undefined)
    setShown((old) => old && { ...old, items: old.items.filter((one) => one.id !== id) })
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
      {problem !== undefined && <Failed problem={problem} onRetry={() => setRound((n) => n + 1)} />}
      {shown === undefined && problem === undefined && (
        <p class="waiting" role="status">
          {t().general.loading}
        </p>
      )}
      {shown !== undefined && shown.items.length === 0 && shown.nextCursor === null && (
        <Nothing
          filtered={q.trim() !== '' || kind !== ''}
          onAll={() => {
            setQ('')
            setKind('')
          }}
        />
      )}
      {shown !== undefined && shown.items.length > 0 && (
        <ul class="cards files">
          {shown.items.map((asset) => (
            <FileCard key={asset.id} asset={asset} onOpen={() => setOpened(asset)} />
          ))}
        </ul>
      )}
      {shown !== undefined && shown.nextCursor !== null && (
        <p class="more">
          <button type="button" class="button" onClick={() => void more()}>
            {t().general.more}
          </button>
        </p>
      )}
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
