import { useState } from 'preact/hooks'
import type { AnalyticsSettings } from '../../../../analytics/index.ts'
import { analytics } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { NumberField } from '../../ui/field.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { useSubmission } from '../../ui/submission.ts'
import { say } from '../../ui/toasts.tsx'

/** How long visits are kept, and when one is a hot lead: for all capsules of the organization. */
export function KeepingForm() {
  const { loaded } = useLoaded('settings', () => analytics.settings())
  return loaded.state === 'ready' ? <Fields settings={loaded.data} /> : null
}

function Fields({ settings }: { readonly settings: AnalyticsSettings }) {
  const words = t().analytics
  const submission = useSubmission()
  const [retentionDays, setRetentionDays] = useState(settings.retentionDays)
  const [hotScore, setHotScore] = useState(settings.hotScore)
  return (
    <section class="part narrow">
      <h2>{words.settings}</h2>
      <Form
        submission={submission}
        pointers={['/retentionDays', '/hotScore']}
        onSubmit={async () => {
          await analytics.change({ retentionDays, hotScore })
          say(t().general.saved)
        }}
      >
        <NumberField
          label={words.retention}
          hint={words.retentionHint}
          value={retentionDays}
          max={730}
          onNumber={setRetentionDays}
          fault={submission.problem?.at('/retentionDays')}
        />
        <NumberField
          label={words.hotScore}
          hint={words.hotScoreHint}
          value={hotScore}
          max={100}
          onNumber={setHotScore}
          fault={submission.problem?.at('/hotScore')}
        />
        <div class="actions">
          <Submit submission={submission}>{t().general.save}</Submit>
        </div>
      </Form>
    </section>
  )
}
