import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { openCommands } from './commands.tsx'
import { addressOf, navigate, path } from './router.ts'
import { may, organization, organizations, person, signOut } from './session.ts'
import { t } from './words.ts'

interface Place {
  readonly to: string
  readonly text: string
  readonly icon: IconName
}

export function placesOf(slug: string): readonly Place[] {
  const words = t().general
  const here = `/o/${slug}`
  return [
    { to: here, text: words.capsules, icon: 'capsule' },
    { to: `${here}/library`, text: words.library, icon: 'image' },
    { to: `${here}/members`, text: words.members, icon: 'people' },
    { to: `${here}/notifications`, text: words.notifications, icon: 'bell' },
    ...(may('ai:use') ? [{ to: `${here}/ai`, text: words.ai, icon: 'spark' } as const] : []),
    ...(may('keys:write') ? [{ to: `${here}/keys`, text: words.keys, icon: 'key' } as const] : []),
    ...(may('organization:write') ? [{ to: `${here}/settings`, text: words.settings, icon: 'gear' } as const] : []),
    { to: `${here}/account`, text: words.account, icon: 'person' },
  ]
}

/** What stands around every screen of an organization: beside it, and on a phone below it. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const words = t().general
  const slug = organization.value?.slug ?? ''
  const here = `/o/${slug}`
  const isHere = (to: string) =>
    to === here
      ? [here, `${here}/new`].includes(path.value) || path.value.startsWith(`${here}/capsules`)
      : path.value === to || (to === `${here}/notifications` && path.value.startsWith(`${here}/webhooks/`))
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {words.skip}
      </a>
      <header class="side">
        <Menu
          label={words.switchOrganization}
          tone="switcher"
          trigger={
            <>
              <span class="badge" aria-hidden="true">
                {organization.value?.name.slice(0, 1).toUpperCase()}
              </span>
              <span class="switcher-name">{organization.value?.name}</span>
              <Icon name="expand" />
            </>
          }
          items={[
            ...organizations.value.map((one) => ({
              text: one.name,
              checked: one.slug === slug,
              run: () => navigate(`/o/${one.slug}`),
            })),
            { text: words.newOrganization, icon: 'plus' as const, run: () => navigate('/new-organization') },
          ]}
        />
        <nav aria-label={words.navigation}>
          {placesOf(slug).map((place) => (
            <a key={place.to} href={addressOf(place.to)} aria-current={isHere(place.to) ? 'page' : undefined}>
              <Icon name={place.icon} />
              <span>{place.text}</span>
            </a>
          ))}
        </nav>
        <div class="side-end">
          <button type="button" class="button quiet" onClick={openCommands}>
            <Icon name="search" />
            <span>{words.commands}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <p class="hint">{person.value?.email}</p>
          <button type="button" class="button quiet" onClick={() => void signOut()}>
            <Icon name="out" />
            <span>{words.signOut}</span>
          </button>
        </div>
      </header>
      <main id="content" class="screen" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

/** The head of a screen: its title, which also names the browser's tab, and what can be done. */
export function Head({
  title,
  back,
  children,
}: {
  readonly title: string
  readonly back?: { readonly to: string; readonly text: string }
  readonly children?: ComponentChildren
}) {
  document.title = `${title} · ${t().general.product}`
  return (
    <header class="head">
      <div>
        {back !== undefined && (
          <a class="backlink" href={addressOf(back.to)}>
            <Icon name="back" />
            {back.text}
          </a>
        )}
        <h1>{title}</h1>
      </div>
      <div class="actions">{children}</div>
    </header>
  )
}
