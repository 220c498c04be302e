import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { asProblem } from '../app/problem.ts'
import { type Progress, proposals } from '../app/proposals.ts'
import { t } from '../app/words.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Failed, Fault } from '../ui/form.tsx'
import { useLoaded } from '../ui/loaded.ts'
import { useSubmission } from '../ui/submission.ts'
import type { Proposing } from './proposing.ts'

/**
 * Asks for a proposal, waits for it and shows it: accepted, tried again or thrown away. The focus goes along: to what can be pressed
 * while one waits, to the proposal when it is there.
 */
export function ProposalDialog<T>({
  title,
  text,
  proposing,
  needsAi = true,
  accept = t().authoring.accept,
  shown,
  onAccept,
  onClose,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly proposing: Proposing<T>
  /** False: something can be done without a model too. */
  readonly needsAi?: boolean
  readonly accept?: string
  readonly shown: (proposal: T) => ComponentChildren
  readonly onAccept: (proposal: T) => unknown
  readonly onClose: () => void
  /** What is asked for; given whether there is a model. */
  readonly children: (hasAi: boolean) => ComponentChildren
}) {
  const words = t().authoring
  const { loaded, reload } = useLoaded('proposals', proposals.ready)
  const submission = useSubmission()
  const body = useRef<HTMLDivElement>(null)
  const { asked, start, stop } = proposing
  const { state } = asked
  const before = useRef(state)
  useLayoutEffect(() => {
    if (before.current === state) return
    before.current = state
    body.current?.querySelector<HTMLElement>('[data-first]')?.focus()
  }, [state])
  const hasAi = loaded.state === 'ready' && loaded.data.ai
  return (
    <Dialog title={title} size="large" onClose={onClose}>
      <div ref={body} class="proposing">
        {loaded.state === 'failed' && (
          <Failed problem={asProblem(loaded.problem, t().general.offline)} onRetry={reload} />
        )}
        {loaded.state === 'ready' && !hasAi && (
          <div class="note">
            <p>
              <strong>{words.notReady}</strong>
            </p>
            <p>{words.notReadyText}</p>
            {!needsAi && <p>{words.conversionStill}</p>}
          </div>
        )}
        {loaded.state === 'ready' && (hasAi || !needsAi) && (state === 'rest' || state === 'failed') && (
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault()
              start()
            }}
          >
            <p class="hint">{text}</p>
            {children(hasAi)}
            <Fault text={asked.state === 'failed' ? asked.problem.message : undefined} />
            <div class="actions">
              <button type="submit" class="button primary" data-first>
                {words.propose}
              </button>
            </div>
          </form>
        )}
        <p class={state === 'making' ? '' : 'unseen'} role="status">
          {loaded.state === 'loading' && t().general.loading}
          {asked.state === 'making' && (
            <>
              {asked.progress.of === 0 && <span class="spinner" aria-hidden="true" />} {inWords(asked.progress)}
            </>
          )}
          {asked.state === 'made' && words.ready}
        </p>
        {asked.state === 'making' && (
          <>
            {asked.progress.of > 0 && (
              <progress aria-label={words.making} max={asked.progress.of} value={asked.progress.done} />
            )}
            <div class="actions end">
              <button type="button" class="button" data-first onClick={stop}>
                {t().general.cancel}
              </button>
            </div>
          </>
        )}
        {asked.state === 'made' && (
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault()
              void submission.run(async () => onAccept(asked.proposal))
            }}
          >
            <h3 tabIndex={-1} data-first>
              {words.proposal}
            </h3>
            {shown(asked.proposal)}
            <p class="hint">{words.notKept}</p>
            <Fault text={submission.problem?.message} />
            <div class="actions">
              <button type="button" class="button quiet" onClick={onClose}>
                {words.discard}
              </button>
              <button type="button" class="button" onClick={start}>
                {words.again}
              </button>
              <button type="submit" class="button primary" aria-disabled={submission.busy}>
                {submission.busy && <span class="spinner" aria-hidden="true" />}
                {accept}
              </button>
            </div>
          </form>
        )}
      </div>
    </Dialog>
  )
}

function inWords({ step, done, of }: Progress): string {
  const words = t().authoring
  if (step !== 'writing') return words.steps[step]
  return of > 0 ? words.texts(done, of) : words.written(done)
}
