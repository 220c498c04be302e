import { useState } from 'preact/hooks'
import { type OwnProvider, type OwnProviderFields, ownProviders, type TrialResult } from '../../app/ai.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'

const kinds = ['openai', 'anthropic', 'gemini'] as const
type Kind = (typeof kinds)[number]
const addresses: Readonly<Record<Kind, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta',
}

/** A provider to be, or one that is changed: its key goes in and never comes out. */
export function ProviderForm({
  provider,
  onSaved,
  onClose,
}: {
  readonly provider?: OwnProvider
  readonly onSaved: () => void
  readonly onClose: () => void
}) {
  const words = t().ai.own
  const submission = useSubmission()
  const trial = useSubmission()
  const [tried, setTried] = useState<{ readonly what: string; readonly result: TrialResult }>()
  const [name, setName] = useState(provider?.name ?? '')
  const [kind, setKind] = useState<Kind>(provider?.kind ?? 'openai')
  const [url, setUrl] = useState(provider?.url ?? addresses.openai)
  const [key, setKey] = useState('')
  const [models, setModels] = useState((provider?.models ?? []).map(written).join('\n'))
  const [chat, setChat] = useState(provider === undefined ? undefined : (provider.chat ?? ''))
  const [embeddings, setEmbeddings] = useState(provider?.embeddings ?? '')
  const list = models
    .split('\n')
    .map(read)
    .filter((model) => model.name !== '')
  const names = list.map((model) => model.name)
  const problem = submission.problem ?? trial.problem
  const chosen = (model: string | undefined) => (model !== undefined && names.includes(model) ? model : null)
  const fields = (): OwnProviderFields => ({
    ...{ name, kind, url, models: list },
    // Who says nothing else has the first one answer.
    chat: chat === undefined ? (names.find((one) => one !== embeddings) ?? null) : chosen(chat),
    embeddings: chosen(embeddings),
    ...(key !== '' && { key }),
  })
  // What was found out about other fields says nothing of these.
  const result = tried?.what === JSON.stringify(fields()) ? tried.result : undefined
  const choose = (next: Kind) => {
    if (url === addresses[kind]) setUrl(addresses[next])
    setKind(next)
  }
  const tasks = [{ value: '', text: words.none }, ...names.map((value) => ({ value, text: value }))]
  return (
    <Dialog title={provider === undefined ? words.add : provider.name} onClose={onClose}>
      <Form
        submission={submission}
        pointers={['/name', '/url', '/key', '/models']}
        onSubmit={async () => {
          await (provider === undefined ? ownProviders.add(fields()) : ownProviders.change(provider.id, fields()))
          onSaved()
        }}
      >
        <TextField
          label={words.name}
          required
          autoFocus
          maxLength={60}
          value={name}
          onText={setName}
          fault={problem?.at('/name')}
        />
        <SelectField
          label={words.kind}
          value={kind}
          options={kinds.map((value) => ({ value, text: words.kinds[value] }))}
          onChoose={(value) => choose(value as Kind)}
        />
        <TextField
          label={words.url}
          inputMode="url"
          required
          maxLength={2_000}
          value={url}
          onText={setUrl}
          fault={problem?.at('/url')}
        />
        <TextField
          label={words.key}
          hint={provider === undefined ? words.keyHint : words.keyKept(provider.keyEnding)}
          type="password"
          autocomplete="off"
          required={provider === undefined || provider.key === 'lost'}
          maxLength={4_000}
          value={key}
          onText={setKey}
          fault={problem?.at('/key')}
        />
        <TextArea
          label={words.models}
          hint={words.modelsHint}
          required
          value={models}
          onText={setModels}
          fault={problem?.at('/models')}
        />
        <div class="pair">
          <SelectField
            label={words.chat}
            value={chat ?? names.find((one) => one !== embeddings) ?? ''}
            options={tasks}
            onChoose={setChat}
          />
          <SelectField label={words.embeddings} value={embeddings} options={tasks} onChoose={setEmbeddings} />
        </div>
        <p class={result?.works === false ? 'fault' : 'hint'} role="status">
          {trial.busy ? words.trying : result && told(result)}
        </p>
        {trial.problem !== undefined && <p class="fault">{trial.problem.message}</p>}
        <div class="actions">
          <button
            type="button"
            class="button quiet"
            aria-disabled={trial.busy}
            onClick={(event) => {
              if (event.currentTarget.form?.reportValidity() === false) return
              setTried(undefined)
              const what = fields()
              void trial.run(async () => {
                const found = await ownProviders.test({ ...what, id: provider?.id })
                setTried({ what: JSON.stringify(what), result: found })
              })
            }}
          >
            {words.test}
          </button>
          <Submit submission={submission}>{t().general.save}</Submit>
        </div>
      </Form>
    </Dialog>
  )
}

function told({ works, model, why, tookMs }: TrialResult): string {
  const words = t().ai.own
  return works ? words.works(model, tookMs) : words.fails(model, why ?? '')
}

type Model = OwnProvider['models'][number]

/** `name`, or `name, input price, output price`. */
function read(line: string): Model {
  const [name = '', input, output] = line.split(',').map((one) => one.trim())
  const price = (text: string | undefined) => (text === undefined || text === '' ? undefined : Number(text))
  const [asked, said] = [price(input), price(output)]
  return { name, ...(asked !== undefined && { input: asked }), ...(said !== undefined && { output: said }) }
}

function written({ name, input, output }: Model): string {
  return [name, ...(input === undefined && output === undefined ? [] : [input ?? 0, output ?? 0])].join(', ')
}
