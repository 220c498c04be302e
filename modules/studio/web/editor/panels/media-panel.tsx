import { useEffect, useState } from 'preact/hooks'
import { asProblem } from '../../app/problem.ts'
import type { Asset } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Fault } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { noSource } from '../document/making.ts'
import { remember, upload, uploadsExist } from '../files.ts'
import { HelpButton } from '../helping.tsx'
import { AddressField } from './address-field.tsx'
import type { PanelOf } from './panel.ts'
import { Picker } from './picker.tsx'

/** Of a file to the server. */
type Way =
  | { readonly state: 'rest' }
  | { readonly state: 'sending'; readonly share: number }
  | { readonly state: 'failed'; readonly text: string }

const accepted = { image: 'image/*', video: 'video/*', audio: 'audio/*', file: '' } as const

/** A picture, film, sound or file: where it is, and what it says. */
export function MediaPanel({ block, editing }: PanelOf<'image' | 'video' | 'audio' | 'file'>) {
  const words = t().blocks
  const source = block.src === noSource ? '' : (block.src ?? '')
  return (
    <>
      <Upload block={block} editing={editing} />
      {block.asset === undefined && (
        <AddressField
          label={words.source}
          hint={words.sourceHint}
          fault={words.sourceFault}
          value={source}
          schemes={['https:']}
          also={/^\/-\/[\w./-]+$/}
          onAddress={(src) => editing.edit(block, { src }, 'src')}
        />
      )}
      {block.type === 'image' ? (
        <>
          <TextArea
            label={words.alt}
            hint={words.altHint}
            maxLength={5_000}
            value={block.alt ?? ''}
            onText={(alt) => editing.edit(block, { alt }, 'alt')}
          />
          {(block.asset !== undefined || source !== '') && (
            <HelpButton
              editing={editing}
              help={{ kind: 'description', block: { ...block, type: 'image' } }}
              text={t().authoring.describe}
            />
          )}
        </>
      ) : (
        <TextField
          label={words.mediaTitle}
          hint={words.mediaTitleHint}
          maxLength={5_000}
          value={block.title ?? ''}
          onText={(title) => editing.edit(block, { title }, 'title')}
        />
      )}
      <TextField
        label={words.caption}
        maxLength={5_000}
        value={block.caption ?? ''}
        onText={(caption) =>
          editing.edit(block, { caption: (caption === '' ? undefined : caption) as string }, 'caption')
        }
      />
    </>
  )
}

/** Shown on servers that take files. */
function Upload({ block, editing }: PanelOf<'image' | 'video' | 'audio' | 'file'>) {
  const words = t().blocks
  const [exists, setExists] = useState<boolean | undefined>()
  const [way, setWay] = useState<Way>({ state: 'rest' })
  const [isPicking, setPicking] = useState(false)
  useEffect(() => {
    void uploadsExist().then(setExists)
  }, [])
  if (exists === undefined) return null
  if (!exists) return block.src === noSource ? <p class="hint">{words.noUploads}</p> : null
  const use = (asset: Asset) => editing.edit(block, { asset: asset.id, src: undefined as never })
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    setWay({ state: 'sending', share: 0 })
    try {
      use(await upload(file, editing, (share) => setWay({ state: 'sending', share })))
      setWay({ state: 'rest' })
    } catch (error) {
      setWay({ state: 'failed', text: asProblem(error, t().general.offline).message })
    }
  }
  return (
    <div class="field">
      <label class="button upload">
        <Icon name="up" />
        {words.upload}
        <input
          type="file"
          class="unseen"
          accept={accepted[block.type]}
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
      </label>
      <button type="button" class="button" onClick={() => setPicking(true)}>
        <Icon name="search" />
        {words.pick}
      </button>
      {way.state === 'sending' && <progress aria-label={words.uploading} max={1} value={way.share} />}
      <p class="hint" role="status">
        {way.state === 'rest' && block.asset !== undefined && words.uploaded}
      </p>
      <Fault text={way.state === 'failed' ? way.text : undefined} />
      {isPicking && (
        <Picker
          kind={block.type}
          onPick={(asset) => {
            remember(asset, editing)
            use(asset)
            setPicking(false)
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  )
}
