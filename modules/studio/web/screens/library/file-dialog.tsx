import { useState } from 'preact/hooks'
import { download } from '../../app/download.ts'
import { dateTime, fileSize, number } from '../../app/formats.ts'
import { type Asset, assets } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Failed, Form, Submit } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { Deletion } from './deletion.tsx'
import { FileView } from './file-view.tsx'
import { FilmMaking } from './film-making.tsx'
import { Replacement } from './replacement.tsx'
import { namedUses, UseList } from './uses.tsx'

/** One file: looked at closely, described, replaced, deleted. */
export function FileDialog({
  asset,
  onChanged,
  onRemoved,
  onClose,
}: {
  readonly asset: Asset
  readonly onChanged: (asset: Asset) => void
  readonly onRemoved: () => void
  readonly onClose: () => void
}) {
  const words = t().library
  const writes = may('capsules:write')
  const uses = usePages([asset.id], (cursor) => namedUses(asset.id, cursor))
  const [isRemoving, setRemoving] = useState(false)
  const own = `/api/v1/assets/${asset.id}`
  return (
    <Dialog title={asset.name} size="large" onClose={onClose}>
      <div class="file-dialog">
        <FileView asset={asset} />
        <div class="file-about">
          {writes ? (
            <Description asset={asset} onChanged={onChanged} />
          ) : (
            asset.kind === 'image' && <p>{asset.alt === '' ? words.noAlt : asset.alt}</p>
          )}
          <Facts asset={asset} />
          <FilmMaking asset={asset} onChanged={onChanged} />
          <section>
            <h3>{words.uses}</h3>
            {uses.problem !== undefined && <Failed problem={uses.problem} onRetry={uses.reload} />}
            {uses.items === undefined && uses.problem === undefined && <p class="hint">{t().general.loading}</p>}
            {uses.items?.length === 0 && <p class="hint">{words.unused}</p>}
            {uses.items !== undefined && <UseList uses={uses.items} />}
            <More pages={uses} />
          </section>
        </div>
      </div>
      <div class="actions file-actions">
        {writes && <Replacement asset={asset} onReplaced={onChanged} />}
        <button type="button" class="button" onClick={() => void download(`${own}/content`, asset.name, own)}>
          <Icon name="down" />
          {words.download}
        </button>
        {writes && (
          <button type="button" class="button danger" onClick={() => setRemoving(true)}>
            <Icon name="trash" />
            {words.remove}
          </button>
        )}
      </div>
      {isRemoving && (
        <Deletion
          asset={asset}
          uses={uses}
          onClose={() => setRemoving(false)}
          onDone={() => {
            onRemoved()
            say(words.removed(asset.name))
          }}
        />
      )}
    </Dialog>
  )
}

function Description({ asset, onChanged }: { readonly asset: Asset; readonly onChanged: (asset: Asset) => void }) {
  const words = t().library
  const submission = useSubmission()
  const [name, setName] = useState(asset.name)
  const [alt, setAlt] = useState(asset.alt)
  const [isSaved, setSaved] = useState(false)
  return (
    <Form
      submission={submission}
      pointers={['/name', '/alt']}
      onSubmit={async () => {
        setSaved(false)
        onChanged(await assets.change(asset.id, { name, alt }))
        setSaved(true)
      }}
    >
      <TextField
        label={words.name}
        required
        maxLength={200}
        value={name}
        onText={setName}
        fault={submission.problem?.at('/name')}
      />
      {asset.kind === 'image' && (
        <TextArea
          label={words.alt}
          hint={words.altHint}
          maxLength={2_000}
          value={alt}
          onText={setAlt}
          fault={submission.problem?.at('/alt')}
        />
      )}
      <div class="actions">
        <p class="hint" role="status">
          {isSaved && t().general.saved}
        </p>
        <Submit submission={submission}>{t().general.save}</Submit>
      </div>
    </Form>
  )
}

function Facts({ asset }: { readonly asset: Asset }) {
  const words = t().library
  const { width, height } = asset
  const facts: readonly (readonly [string, string])[] = [
    [words.size, fileSize(asset.bytes)],
    ...(width === null || height === null ? [] : [[words.dimensions, `${number(width)} × ${number(height)}`] as const]),
    [words.type, asset.type],
    [words.added, dateTime(asset.createdAt)],
  ]
  return (
    <section>
      <h3>{words.facts}</h3>
      <dl class="facts">
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
