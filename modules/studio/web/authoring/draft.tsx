import { useRef, useState } from 'preact/hooks'
import type { Block } from '../../../capsule/index.ts'
import { type Draft, proposals } from '../app/proposals.ts'
import { capsules } from '../app/resources.ts'
import { navigate } from '../app/router.ts'
import { organization } from '../app/session.ts'
import { t } from '../app/words.ts'
import { wordsOf } from '../editor/document/words.ts'
import { CheckField, TextArea, TextField } from '../ui/field.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { Proposed } from './proposed.tsx'
import { useProposal } from './proposing.ts'

const sources = ['wish', 'file', 'page'] as const
type Source = (typeof sources)[number]

/** A new capsule from a sentence, a document or a page; from the last two also without a model. */
export function DraftDialog({ onClose }: { readonly onClose: () => void }) {
  const words = t().authoring
  const [from, setFrom] = useState<Source>('wish')
  const [wish, setWish] = useState('')
  const [url, setUrl] = useState('')
  const [file, setFile] = useState<File | undefined>()
  const [plain, setPlain] = useState(false)
  const hasModel = useRef(true)
  const chosen = () => (from === 'wish' && !hasModel.current ? 'file' : from)
  const by = () => (chosen() !== 'wish' && (plain || !hasModel.current) ? 'conversion' : 'ai')
  const proposing = useProposal((waiting) => {
    if (chosen() === 'wish') return proposals.draft({ wish, by: 'ai' }, waiting)
    if (chosen() === 'page') {
      const address = /^[\w.-]+\.\w{2,}(\/|$)/.test(url.trim()) ? `https://${url.trim()}` : url.trim()
      return proposals.draft({ wish, url: address, by: by() }, waiting)
    }
    const form = new FormData()
    if (file !== undefined) form.set('file', file)
    form.set('wish', wish)
    form.set('by', by())
    return proposals.documentDraft(form, waiting)
  })
  return (
    <ProposalDialog
      title={words.draftTitle}
      text={words.draftText}
      proposing={proposing}
      needsAi={false}
      accept={words.makeCapsule}
      shown={(draft) => <Shown draft={draft} />}
      onAccept={async ({ title, document }) => {
        const made = await capsules.create({ title, draft: document })
        navigate(`/o/${organization.value?.slug}/capsules/${made.id}`)
      }}
      onClose={onClose}
    >
      {(hasAi) => {
        hasModel.current = hasAi
        const offered = hasAi ? sources : sources.filter((one) => one !== 'wish')
        const own = chosen()
        return (
          <>
            <fieldset class="segments">
              <legend class="unseen">{words.source}</legend>
              {offered.map((one) => (
                <label key={one}>
                  <input type="radio" name="from" checked={own === one} onChange={() => setFrom(one)} />
                  <span>{words.sources[one]}</span>
                </label>
              ))}
            </fieldset>
            {own === 'file' && (
              <div class="field">
                <label for="draft-file">{words.file}</label>
                <input
                  id="draft-file"
                  type="file"
                  required
                  accept=".pdf,.docx,.txt,.md,.markdown,.html,.htm"
                  aria-describedby="draft-file-hint"
                  onChange={(event) => setFile(event.currentTarget.files?.[0])}
                />
                <p class="hint" id="draft-file-hint">
                  {words.fileHint}
                </p>
              </div>
            )}
            {own === 'page' && (
              <TextField
                label={words.url}
                hint={words.urlHint}
                inputMode="url"
                required
                maxLength={2_000}
                value={url}
                onText={setUrl}
              />
            )}
            {by() === 'ai' && (
              <TextArea
                label={own === 'wish' ? words.wish : words.wishToo}
                hint={words.wishHint}
                required={own === 'wish'}
                maxLength={2_000}
                value={wish}
                onText={setWish}
              />
            )}
            {hasAi && own !== 'wish' && (
              <CheckField label={words.plain} hint={words.plainHint} checked={plain} onCheck={setPlain} />
            )}
          </>
        )
      }}
    </ProposalDialog>
  )
}

function Shown({ draft }: { readonly draft: Draft }) {
  const words = t().authoring
  return (
    <>
      <p>{draft.by === 'ai' ? words.byAi : words.byConversion}</p>
      {draft.isCut && <p class="note">{words.cut}</p>}
      {draft.dropped > 0 && <p class="note">{words.dropped(draft.dropped)}</p>}
      <Proposed label={draft.title}>
        <p class="proposed-title">{draft.title}</p>
        {draft.document.pages.map((page) => (
          <div key={page.id} class="stack">
            {page.title !== undefined && <p class="hint">{page.title}</p>}
            {(page.blocks as Block[]).map((block) => (
              <div key={block.id} class={`proposed-${block.type}`}>
                {block.type !== 'heading' && block.type !== 'richText' && (
                  <p class="hint">{t().blocks.kinds[block.type]}</p>
                )}
                <p>{wordsOf(block)}</p>
              </div>
            ))}
          </div>
        ))}
      </Proposed>
    </>
  )
}
