import { useState } from 'preact/hooks'
import type { Domain } from '../../../../domains/index.ts'
import { ago } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { domains, whole } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Copyable } from '../../ui/copy.tsx'
import { TextField } from '../../ui/field.tsx'
import { Failed, Form, Submit } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'
import { Confirm } from './confirm.tsx'

/** The organization's own domains: added, proven, removed. */
export function DomainsPart() {
  const words = t().domains
  const { loaded, reload, set } = useLoaded('domains', () =>
    whole<Domain>((cursor) => domains.list({ limit: 100, cursor })),
  )
  const [removed, setRemoved] = useState<Domain | undefined>()
  const list = loaded.state === 'ready' ? loaded.data : []
  return (
    <section class="part narrow" aria-labelledby="domains">
      <h2 id="domains">{words.title}</h2>
      <p class="hint">{words.text}</p>
      {loaded.state === 'failed' && <Failed problem={loaded.problem} onRetry={reload} />}
      {loaded.state === 'ready' && list.length === 0 && (
        <p class="hint">
          <strong>{words.none}.</strong> {words.noneText}
        </p>
      )}
      {list.map((domain) => (
        <DomainRow
          key={domain.id}
          domain={domain}
          onChecked={(changed) => set(list.map((one) => (one.id === changed.id ? changed : one)))}
          onRemove={() => setRemoved(domain)}
        />
      ))}
      {loaded.state === 'ready' && <NewDomain onAdded={(domain) => set([...list, domain])} />}
      {removed !== undefined && (
        <Confirm
          title={words.removeTitle(removed.domain)}
          text={words.removeText}
          action={words.remove}
          onClose={() => setRemoved(undefined)}
          onConfirm={() => domains.remove(removed.id)}
          onDone={() => {
            say(words.removed)
            reload()
          }}
        />
      )}
    </section>
  )
}

function DomainRow({
  domain,
  onChecked,
  onRemove,
}: {
  readonly domain: Domain
  readonly onChecked: (domain: Domain) => void
  readonly onRemove: () => void
}) {
  const words = t().domains
  const [isChecking, setChecking] = useState(false)
  const [proof, lead] = domain.records
  const check = async () => {
    setChecking(true)
    try {
      onChecked(await domains.check(domain.id))
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    } finally {
      setChecking(false)
    }
  }
  return (
    <details open={domain.state !== 'active'}>
      <summary>
        <strong>{domain.domain}</strong>{' '}
        <span class="hint" role="status">
          {words.states[domain.state]}
        </span>
      </summary>
      <div class="stack">
        {domain.reason !== null && <p class="note">{words.reasons[domain.reason]}</p>}
        <p>{words.proof}</p>
        <Copyable label={words.recordName('TXT', domain.domain)} text={proof.name} />
        <Copyable label={words.recordValue('TXT', domain.domain)} text={proof.value} />
        <p>{words.lead}</p>
        <Copyable label={words.recordName('CNAME', domain.domain)} text={lead.name} />
        <Copyable label={words.recordValue('CNAME', domain.domain)} text={lead.value} />
        <p class="hint">{words.leadTop(lead.value)}</p>
        <Certificate domain={domain} />
        {domain.checkedAt !== null && <p class="hint">{words.checked(ago(domain.checkedAt))}</p>}
        <div class="actions">
          <button
            type="button"
            class="button"
            aria-label={words.checkOf(domain.domain)}
            disabled={isChecking}
            onClick={() => void check()}
          >
            {words.check}
          </button>
          <button
            type="button"
            class="button quiet danger"
            aria-label={words.removeOf(domain.domain)}
            onClick={onRemove}
          >
            {words.remove}
          </button>
        </div>
      </div>
    </details>
  )
}

function Certificate({ domain: { domain, certificate } }: { readonly domain: Domain }) {
  const words = t().domains
  if (certificate.by === 'automatic') return <p class="hint">{words.automatic}</p>
  if (certificate.command === null) return <p class="hint">{words.byOperator}</p>
  return (
    <>
      <p>{words.byCommand}</p>
      <Copyable label={words.command(domain)} text={certificate.command} />
    </>
  )
}

function NewDomain({ onAdded }: { readonly onAdded: (domain: Domain) => void }) {
  const words = t().domains
  const submission = useSubmission()
  const [name, setName] = useState('')
  return (
    <Form
      submission={submission}
      pointers={['/domain']}
      onSubmit={async () => {
        onAdded(await domains.add(name.trim()))
        setName('')
      }}
    >
      <TextField
        label={words.name}
        hint={words.nameHint}
        required
        maxLength={240}
        value={name}
        onText={setName}
        fault={submission.problem?.at('/domain')}
      />
      <div class="actions">
        <Submit submission={submission}>{words.add}</Submit>
      </div>
    </Form>
  )
}
