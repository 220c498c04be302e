import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../app/problem.ts'
import type { Listed } from '../app/resources.ts'
import { t } from '../app/words.ts'
import { say } from './toasts.tsx'

const typingMs = 250

/** A list that comes page by page. */
export interface Pages<T> {
  /** Those that are shown; undefined until the first page is there. What was shown stays while another list is asked for. */
  readonly items: readonly T[] | undefined
  /** Why the first page could not be had. */
  readonly problem: Problem | undefined
  readonly hasMore: boolean
  /** The next page, below what is shown. */
  more(): Promise<void>
  /** Asks for the first page again. */
  reload(): void
  /** Changes what is shown, without asking. */
  change(by: (items: readonly T[]) => readonly T[]): void
}

/**
 * Pages of a list, from the first one again whenever `keys` change. An answer that comes too late is dropped.
 * @param typed words that are being typed: they are waited for.
 */
export function usePages<T>(
  keys: readonly unknown[],
  load: (cursor: string | undefined) => Promise<Listed<T>>,
  typed = '',
): Pages<T> {
  const [shown, setShown] = useState<Listed<T> | undefined>()
  const [problem, setProblem] = useState<Problem | undefined>()
  const [round, setRound] = useState(0)
  /** Which list is shown: another object for each. */
  const current = useRef<object>({})
  useEffect(() => {
    const list = {}
    current.current = list
    const timer = setTimeout(
      () =>
        load(undefined).then(
          (page) => {
            if (current.current !== list) return
            setProblem(undefined)
            setShown(page)
          },
          (error: unknown) => current.current === list && setProblem(asProblem(error, t().general.offline)),
        ),
      typed === '' ? 0 : typingMs,
    )
    return () => {
      current.current = {}
      clearTimeout(timer)
    }
    // The keys say what is loaded; the function is a new one at every rendering.
  }, [...keys, typed, round])
  const isBusy = useRef(false)
  const more = async () => {
    const list = current.current
    if (shown?.nextCursor == null || isBusy.current) return
    isBusy.current = true
    try {
      const page = await load(shown.nextCursor)
      if (current.current !== list) return
      setShown((old) => ({ items: [...(old?.items ?? []), ...page.items], nextCursor: page.nextCursor }))
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    } finally {
      isBusy.current = false
    }
  }
  return {
    items: shown?.items,
    problem,
    hasMore: shown !== undefined && shown.nextCursor !== null,
    more,
    reload: useCallback(() => setRound((n) => n + 1), []),
    change: (by) => setShown((old) => old && { ...old, items: by(old.items) }),
  }
}

/** The way to the next page, as long as there is one. */
export function More({ pages }: { readonly pages: Pages<unknown> }) {
  if (!pages.hasMore) return null
  return (
    <p class="more">
      <button type="button" class="button" onClick={() => void pages.more()}>
        {t().general.more}
      </button>
    </p>
  )
}
