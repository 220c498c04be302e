import { useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../app/problem.ts'
import type { Progress, Waiting } from '../app/proposals.ts'
import { t } from '../app/words.ts'

export type Asked<T> =
  | { readonly state: 'rest' }
  | { readonly state: 'failed'; readonly problem: Problem }
  | { readonly state: 'making'; readonly progress: Progress }
  | { readonly state: 'made'; readonly proposal: T }

export interface Proposing<T> {
  readonly asked: Asked<T>
  start(): void
  /** Back to the question; what is under way ends, here and at the provider. */
  stop(): void
}

/** The life of a proposal: asked for, made, or not. Whoever leaves the screen ends it. */
export function useProposal<T>(ask: (waiting: Waiting) => Promise<T>): Proposing<T> {
  const [asked, setAsked] = useState<Asked<T>>({ state: 'rest' })
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const stop = () => {
    running.current?.abort()
    setAsked({ state: 'rest' })
  }
  const start = () => {
    running.current?.abort()
    const own = new AbortController()
    running.current = own
    const set = (next: Asked<T>) => {
      if (!own.signal.aborted) setAsked(next)
    }
    set({ state: 'making', progress: { step: 'reading', done: 0, of: 0 } })
    ask({ signal: own.signal, told: (progress) => set({ state: 'making', progress }) }).then(
      (proposal) => set({ state: 'made', proposal }),
      (error: unknown) => set({ state: 'failed', problem: asProblem(error, t().general.offline) }),
    )
  }
  return { asked, start, stop }
}
