import { policies } from '../../app/ai.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { PolicyForm } from './policy-form.tsx'

/** What one key may spend and ask of the models. */
export function KeyLimits({
  id,
  name,
  onClose,
}: {
  readonly id: string
  readonly name: string
  readonly onClose: () => void
}) {
  const words = t().ai
  const { loaded, reload } = useLoaded(id, () => Promise.all([policies.get(id), policies.models()]))
  return (
    <Dialog title={words.limitsOf(name)} onClose={onClose}>
      {loaded.state === 'failed' && <Failed problem={loaded.problem} onRetry={reload} />}
      {loaded.state === 'ready' && (
        <PolicyForm
          scope={id}
          policy={loaded.data[0]}
          models={loaded.data[1].items.map((model) => model.id)}
          onSaved={onClose}
        />
      )}
    </Dialog>
  )
}
