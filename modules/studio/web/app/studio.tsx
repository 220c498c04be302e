import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Expired } from '../screens/entrance/expired.tsx'
import { Failed } from '../ui/form.tsx'
import { say, Toasts } from '../ui/toasts.tsx'
import { Commands } from './commands.tsx'
import { Frame } from './frame.tsx'
import { asProblem, type Problem } from './problem.ts'
import { matchPath, navigate, path, wanted } from './router.ts'
import { type Route, routes, type ScreenProps } from './routes.ts'
import { enterOrganization, lastOrganization, organization, person } from './session.ts'
import { t } from './words.ts'

interface Shown {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
  readonly Screen: ComponentType<ScreenProps>
}

export function Studio({ start }: { readonly start: () => Promise<void> }) {
  const [problem, setProblem] = useState<Problem | undefined>()
  const begin = () => {
    setProblem(undefined)
    start().catch((error: unknown) => setProblem(asProblem(error, t().general.offline)))
  }
  useEffect(begin, [])
  if (problem !== undefined) {
    return (
      <main class="plain">
        <Failed problem={problem} onRetry={begin} />
      </main>
    )
  }
  if (person.value === undefined) return <Waiting />
  return (
    <>
      <Screens />
      <Commands />
      <Expired />
      <Toasts />
    </>
  )
}

/** Shows the screen of the address, once it may be shown and its code is there. */
function Screens() {
  const found = find(path.value)
  const target = redirection(found)
  const [shown, setShown] = useState<Shown | undefined>()
  useEffect(() => {
    if (target !== undefined) return navigate(target, { replace: true })
    if (found === undefined) return setShown(undefined)
    let current = true
    found.route.load().then(
      (Screen) => {
        sessionStorage.removeItem(reloadedKey)
        if (current) setShown({ ...found, Screen })
      },
      () => current && newerVersion(),
    )
    return () => {
      current = false
    }
  }, [path.value, target])
  if (found === undefined) return <NotFound />
  if (shown === undefined || target !== undefined) return <Waiting />
  const { route, parameters, Screen } = shown
  // Another organization or capsule is another screen: nothing of the one before is kept.
  const screen = <Screen key={Object.values(parameters).join('/')} {...parameters} />
  if (route.place === 'inside') return organization.value === undefined ? <NotFound /> : <Frame>{screen}</Frame>
  return route.place === 'editor' && organization.value === undefined ? <NotFound /> : screen
}

const reloadedKey = 'encapsify.reloaded'

/** The code of a screen is not there any more: the server was updated while this page stood open. A reload brings both together. */
function newerVersion(): void {
  if (sessionStorage.getItem(reloadedKey) !== null) return say(t().general.offline, { tone: 'bad' })
  sessionStorage.setItem(reloadedKey, '1')
  location.reload()
}

function find(address: string) {
  for (const route of routes) {
    const parameters = matchPath(route.pattern, address)
    if (parameters === undefined) continue
    if (parameters.organization !== undefined) enterOrganization(parameters.organization)
    return { route, parameters }
  }
  return undefined
}

/** Where somebody is led who can't be here, or who is nowhere yet. */
function redirection(found: ReturnType<typeof find>): string | undefined {
  const isSignedIn = person.value !== null
  const place = found?.route.place
  if (!isSignedIn) {
    if (place === 'outside' || place === 'either') return undefined
    return `/sign-in${path.value === '' ? '' : `?then=${path.value}`}`
  }
  // Signing in is what leads away from there; nothing else navigates, so nothing can overtake it.
  if (place === 'outside' && wanted() !== '') return wanted()
  if (place === 'outside' || (found === undefined && ['', '/account'].includes(path.value))) {
    const last = lastOrganization()
    return last === undefined ? '/new-organization' : `/o/${last.slug}${path.value === '/account' ? '/account' : ''}`
  }
  return undefined
}

function Waiting() {
  return (
    <div class="waiting" role="status">
      <span class="spinner" aria-hidden="true" />
      <span class="unseen">{t().general.loading}</span>
    </div>
  )
}

function NotFound() {
  const last = lastOrganization()
  return (
    <main class="plain">
      <div class="empty">
        <h1>{t().general.notFound}</h1>
        <p>{t().general.notFoundText}</p>
        <button
          type="button"
          class="button primary"
          onClick={() => navigate(last === undefined ? '' : `/o/${last.slug}`)}
        >
          {t().general.goHome}
        </button>
      </div>
    </main>
  )
}
