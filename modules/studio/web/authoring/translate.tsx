import { useState } from 'preact/hooks'
import { Problem } from '../app/problem.ts'
import { proposals, type Translation } from '../app/proposals.ts'
import { capsules } from '../app/resources.ts'
import { navigate } from '../app/router.ts'
import { organization } from '../app/session.ts'
import { language as spoken, t } from '../app/words.ts'
import { differences } from '../editor/document/comparison.ts'
import { edited } from '../editor/document/storing.ts'
import { wordsOf } from '../editor/document/words.ts'
import { SelectField } from '../ui/field.tsx'
import { say } from '../ui/toasts.tsx'
import type { HelpOf } from './help.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { Proposed } from './proposed.tsx'
import { useProposal } from './proposing.ts'

const tags =
  'en de fr es it pt pt-BR nl pl cs sk hu ro bg el sv da nb fi et lv lt uk ru tr ar he fa hi bn id vi th ja ko zh-Hans zh-Hant'.split(
    ' ',
  )
/** Of a long capsule so many texts are shown side by side. */
const shownMax = 100

/** The whole capsule in another language: as one of its own, or in the place of this one. */
export function Translate({ capsule, editing, saving, onClose }: HelpOf<'translation'>) {
  const words = t().authoring
  const { id, title } = capsule.value
  const own = editing.document.value.settings?.language
  const [language, setLanguage] = useState(own?.startsWith('de') ? 'en' : 'de')
  const [place, setPlace] = useState<'new' | 'here'>('new')
  const names = new Intl.DisplayNames(spoken.value, { type: 'language' })
  const options = tags
    .filter((tag) => tag !== own)
    .map((value) => ({ value, text: names.of(value) ?? value }))
    .sort((one, other) => one.text.localeCompare(other.text))
  const proposing = useProposal(async (waiting) => {
    // The server translates what it has: first everything goes there.
    if (!(await saving.flush())) throw new Problem(409, 'conflict', words.notSaved)
    return proposals.translation(id, language, waiting)
  })
  const accept = async (proposal: Translation) => {
    if (place === 'new') {
      const made = await capsules.create({ title: proposal.title, draft: proposal.document })
      onClose()
      say(words.capsuleMade(proposal.title))
      return navigate(`/o/${organization.value?.slug}/capsules/${made.id}`)
    }
    capsule.value = await capsules.change(id, { title: proposal.title })
    editing.change('', edited(proposal.document))
    onClose()
    say(words.accepted, {
      undo: () => {
        editing.undo()
        void capsules.change(id, { title }).then((changed) => {
          capsule.value = changed
        })
      },
    })
  }
  return (
    <ProposalDialog
      title={words.translateTitle}
      text={words.translateText}
      proposing={proposing}
      accept={place === 'new' ? words.makeCapsule : words.accept}
      shown={(proposal) => (
        <>
          <p>{words.translated(proposal.translated, proposal.kept)}</p>
          <fieldset class="segments">
            <legend class="unseen">{words.place}</legend>
            {(['new', 'here'] as const).map((one) => (
              <label key={one}>
                <input type="radio" name="place" checked={place === one} onChange={() => setPlace(one)} />
                <span>{words.places[one]}</span>
              </label>
            ))}
          </fieldset>
          <p class="hint">{words.placeHints[place]}</p>
          <Pairs before={title} after={proposal} editing={editing} />
        </>
      )}
      onAccept={accept}
      onClose={onClose}
    >
      {() => <SelectField label={words.language} value={language} options={options} onChoose={setLanguage} />}
    </ProposalDialog>
  )
}

/** What there is beside what there would be, text by text. */
function Pairs({
  before,
  after,
  editing,
}: {
  readonly before: string
  readonly after: Translation
  readonly editing: HelpOf<'translation'>['editing']
}) {
  const words = t().authoring
  const found = differences(editing.document.value, edited(after.document)).slice(0, shownMax)
  const rows = [
    { id: '', one: before, other: after.title },
    ...found.map(({ id, mine, theirs }) => ({
      id,
      one: mine === undefined ? '' : wordsOf(mine),
      other: theirs === undefined ? '' : wordsOf(theirs),
    })),
  ]
  return (
    <Proposed label={words.proposal}>
      {rows.map(({ id, one, other }) => (
        <div key={id} class="both">
          <p>
            <span class="unseen">{words.before}: </span>
            {one}
          </p>
          <p lang={after.document.settings?.language}>
            <span class="unseen">{words.after}: </span>
            {other}
          </p>
        </div>
      ))}
    </Proposed>
  )
}
