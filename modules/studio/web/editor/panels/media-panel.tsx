import { useEffect, useState } from 'preact/hooks'
import { asProblem } from '../../app/problem.ts'
import { t } from '../../app/words.ts'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { noSource } from '../document/making.ts'
import { upload, uploadsExist } from '../files.ts'
import { AddressField } from './address-field.tsx'
import type { PanelOf } from './panel.ts'

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
        <TextArea
          label={words.alt}
          hint={words.altHint}
          maxLength={5_000}
          value={block.alt ?? ''}
          onText={(alt) => editing.edit(block, { alt }, 'alt')}
        />
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
  const [state, setState] = useState('')
  useEffect(() => {
    void uploadsExist().then(setExists)
  }, [])
  if (exists === undefined) return null
  if (!exists) return block.src === noSource ? <p class="hint">{words.noUploads}</p> : null
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    setState(words.uploading)
    try {
      const asset = await upload(file, editing)
      editing.edit(block, { asset: asset.id, src: undefined as never })
      setState('')
    } catch (error) {
      setState(asProblem(error, t().general.offline).message)
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
      <p class="hint" role="status">
        {state || (block.asset === undefined ? '' : words.uploaded)}
      </p>
    </div>
  )
}
