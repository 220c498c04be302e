import type { ComponentChildren } from 'preact'
import type { Problem } from '../app/problem.ts'
import { t } from '../app/words.ts'
import { type Submission, unplaced } from './submission.ts'

/** A form that is sent by our own code: Enter works, the browser's own checks speak first. */
export function Form({
  submission,
  pointers = [],
  onSubmit,
  children,
}: {
  readonly submission: Submission
  /** Of the faults that fields show; all others are shown above the button. */
  readonly pointers?: readonly string[]
  readonly onSubmit: () => Promise<unknown>
  readonly children: ComponentChildren
}) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        const form = event.currentTarget
        void submission.run(onSubmit).then((ok) => {
          if (!ok) requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus())
        })
      }}
    >
      {children}
      <Fault text={unplaced(submission.problem, pointers)} />
    </form>
  )
}

export function Fault({ text }: { readonly text: string | undefined }) {
  return (
    <p class="fault" role="alert">
      {text}
    </p>
  )
}

export function Submit({
  submission,
  children,
  tone = 'primary',
}: {
  readonly submission: Submission
  readonly children: ComponentChildren
  readonly tone?: string
}) {
  return (
    <button type="submit" class={`button ${tone}`} aria-disabled={submission.busy}>
      {submission.busy && <span class="spinner" aria-hidden="true" />}
      {children}
    </button>
  )
}

/** What stands in the place of a list that could not be had. */
export function Failed({ problem, onRetry }: { readonly problem: Problem; readonly onRetry: () => void }) {
  return (
    <div class="empty" role="alert">
      <h2>{t().general.failed}</h2>
      <p>{problem.message}</p>
      <button type="button" class="button" onClick={onRetry}>
        {t().general.retry}
      </button>
    </div>
  )
}
