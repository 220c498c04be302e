import { useState } from 'preact/hooks'
import { type Policy, type PolicyShown, policies } from '../../app/ai.ts'
import { t } from '../../app/words.ts'
import { CheckField, TextField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'

const amount = '\\s*\\d{0,6}([.,]\\d{1,4})?\\s*'
const whole = '\\s*\\d{0,9}\\s*'

/** What one scope (the organization or a key) may spend and ask. An empty field limits nothing. */
export function PolicyForm({
  scope,
  policy,
  models,
  onSaved,
}: {
  readonly scope: string
  readonly policy: PolicyShown
  /** All that there are. */
  readonly models: readonly string[]
  readonly onSaved: (policy: PolicyShown) => void
}) {
  const words = t().ai
  const submission = useSubmission()
  const [day, setDay] = useState(dollars(policy.dayNano))
  const [month, setMonth] = useState(dollars(policy.monthNano))
  const [requests, setRequests] = useState(plain(policy.requestsPerMinute))
  const [tokens, setTokens] = useState(plain(policy.tokensPerMinute))
  const [cache, setCache] = useState(policy.cacheTtlS === 0 ? '' : String(policy.cacheTtlS))
  const [allowed, setAllowed] = useState(policy.models)
  const toggle = (model: string, checked: boolean) => {
    const before = allowed ?? models
    const after = checked ? [...before, model] : before.filter((one) => one !== model)
    setAllowed(models.every((one) => after.includes(one)) ? null : after)
  }
  return (
    <Form
      submission={submission}
      onSubmit={async () => {
        const next: Policy = {
          dayNano: nano(day),
          monthNano: nano(month),
          requestsPerMinute: counted(requests),
          tokensPerMinute: counted(tokens),
          models: allowed,
          cacheTtlS: counted(cache) ?? 0,
        }
        onSaved(await policies.set(scope, next))
        say(t().general.saved)
      }}
    >
      <p class="hint">{words.emptyHint}</p>
      <div class="pair">
        <TextField label={words.dayBudget} inputMode="decimal" pattern={amount} value={day} onText={setDay} />
        <TextField label={words.monthBudget} inputMode="decimal" pattern={amount} value={month} onText={setMonth} />
        <TextField label={words.requests} inputMode="numeric" pattern={whole} value={requests} onText={setRequests} />
        <TextField label={words.tokens} inputMode="numeric" pattern={whole} value={tokens} onText={setTokens} />
      </div>
      <TextField
        label={words.cache}
        hint={words.cacheHint}
        inputMode="numeric"
        pattern={whole}
        value={cache}
        onText={setCache}
      />
      {models.length > 0 && (
        <fieldset class="stack">
          <legend>{words.models}</legend>
          {models.map((model) => (
            <CheckField
              key={model}
              label={model}
              checked={allowed === null || allowed.includes(model)}
              onCheck={(checked) => toggle(model, checked)}
            />
          ))}
        </fieldset>
      )}
      <div class="actions">
        <Submit submission={submission}>{t().general.save}</Submit>
      </div>
    </Form>
  )
}

function dollars(nanos: number | null): string {
  return nanos === null ? '' : String(nanos / 1e9)
}

function plain(value: number | null): string {
  return value === null ? '' : String(value)
}

function nano(text: string): number | null {
  return text.trim() === '' ? null : Math.round(Number(text.trim().replace(',', '.')) * 1e9)
}

function counted(text: string): number | null {
  return text.trim() === '' ? null : Number(text.trim())
}
