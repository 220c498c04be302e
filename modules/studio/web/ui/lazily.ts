import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../app/words.ts'
import { say } from './toasts.tsx'

/** A part of a screen whose code comes when it is first wanted. @param onFailed it could not be had; that is said already. */
export function useLazily<P>(
  isWanted: boolean,
  load: () => Promise<ComponentType<P>>,
  onFailed: () => void,
): ComponentType<P> | undefined {
  const [loaded, setLoaded] = useState<{ readonly part: ComponentType<P> } | undefined>()
  useEffect(() => {
    if (!isWanted || loaded !== undefined) return
    load().then(
      (part) => setLoaded({ part }),
      () => {
        onFailed()
        say(t().general.offline, { tone: 'bad' })
      },
    )
  }, [isWanted])
  return loaded?.part
}
