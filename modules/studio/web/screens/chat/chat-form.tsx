import { useState } from 'preact/hooks'
import { type ChatSettings, chats } from '../../app/ai.ts'
import { t } from '../../app/words.ts'
import { CheckField, NumberField, SelectField, TextArea } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'

const startersMax = 8
const pointers = ['/persona', '/questionsOfVisitorAnHour', '/questionsOfCapsuleAnHour']
const offTopics = ['refuse', 'help'] as const
const leads = ['form', 'email', 'never'] as const

/** How a capsule's chat behaves. */
export function ChatForm({
  id,
  settings,
  onSaved,
}: {
  readonly id: string
  readonly settings: ChatSettings
  readonly onSaved: (settings: ChatSettings) => void
}) {
  const words = t().chat
  const submission = useSubmission()
  const [draft, setDraft] = useState(settings)
  const [starters, setStarters] = useState(settings.starters.join('\n'))
  const change = (part: Partial<ChatSettings>) => setDraft({ ...draft, ...part })
  const lines = starters.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  const tooMany = lines.length > startersMax ? words.startersFault(startersMax) : undefined
  return (
    <section class="part narrow">
      <h2>{words.settings}</h2>
      <Form
        submission={submission}
        pointers={[...pointers, ...lines.map((_, n) => `/starters/${n}`)]}
        onSubmit={async () => {
          if (tooMany !== undefined) return
          onSaved(await chats.change(id, { ...draft, starters: lines }))
          say(t().general.saved)
        }}
      >
        <CheckField
          label={words.enabled}
          hint={words.enabledHint}
          checked={draft.enabled}
          onCheck={(enabled) => change({ enabled })}
        />
        <TextArea
          label={words.persona}
          hint={words.personaHint}
          rows={4}
          maxLength={1_000}
          value={draft.persona}
          onText={(persona) => change({ persona })}
          fault={submission.problem?.at('/persona')}
        />
        <TextArea
          label={words.starters}
          hint={words.startersHint}
          rows={4}
          value={starters}
          onText={setStarters}
          fault={tooMany ?? lines.map((_, n) => submission.problem?.at(`/starters/${n}`)).find(Boolean)}
        />
        <SelectField
          label={words.offTopic}
          hint={words.offTopicHints[draft.offTopic]}
          value={draft.offTopic}
          options={offTopics.map((value) => ({ value, text: words.offTopics[value] }))}
          onChoose={(value) => change({ offTopic: value === 'help' ? 'help' : 'refuse' })}
        />
        <SelectField
          label={words.leads}
          hint={words.leadHints[draft.leads]}
          value={draft.leads}
          options={leads.map((value) => ({ value, text: words.leadNames[value] }))}
          onChoose={(value) => change({ leads: leads.find((one) => one === value) ?? 'form' })}
        />
        <NumberField
          label={words.ofVisitor}
          value={draft.questionsOfVisitorAnHour}
          max={1_000}
          onNumber={(questionsOfVisitorAnHour) => change({ questionsOfVisitorAnHour })}
          fault={submission.problem?.at('/questionsOfVisitorAnHour')}
        />
        <NumberField
          label={words.ofCapsule}
          hint={words.ofCapsuleHint}
          value={draft.questionsOfCapsuleAnHour}
          max={100_000}
          onNumber={(questionsOfCapsuleAnHour) => change({ questionsOfCapsuleAnHour })}
          fault={submission.problem?.at('/questionsOfCapsuleAnHour')}
        />
        <div class="actions">
          <Submit submission={submission}>{t().general.save}</Submit>
        </div>
      </Form>
    </section>
  )
}
