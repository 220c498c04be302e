import { useCallback, useEffect, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../app/problem.ts'
import { t } from '../app/words.ts'

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: Problem }
  | { readonly state: 'ready'; readonly data: T }

/** Something from the server, asked for again when `key` changes or `reload` is called. What comes too late is dropped. */
export function useLoaded<T>(key: string, load: () => Promise<T>) {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' })
  const [round, setRound] = useState(0)
  useEffect(() => {
    let current = true
    load().then(
      (data) => current && setLoaded({ state: 'ready', data }),
      (error: unknown) => current && setLoaded({ state: 'failed', problem: asProblem(error, t().general.offline) }),
    )
    return () => {
      current = false
    }
    // The key says what is loaded; the function is a new one at every rendering.
  }, [key, round])
  const reload = useCallback(() => setRound((n) => n + 1), [])
  const set = (data: T) => setLoaded({ state: 'ready', data })
  return { loaded, reload, set }
}
