import { signal } from '@preact/signals'

const base = '/studio'

/** The address below `/studio`, without a trailing slash; the start is empty. */
export const path = signal(pathOf(location.pathname))
export const search = signal(location.search)

function pathOf(pathname: string): string {
  return pathname.slice(base.length).replace(/\/+$/, '')
}

/** @param to below `/studio`, such as `/account`. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  history[options.replace ? 'replaceState' : 'pushState'](null, '', base + to)
  arrive()
  scrollTo(0, 0)
}

export function addressOf(to: string): string {
  return base + to
}

/** Where somebody wanted to go before they had to sign in: an address of the studio and nothing else. */
export function wanted(): string {
  const then = new URLSearchParams(search.value).get('then') ?? ''
  return /^\/[\w/-]*$/.test(then) ? then : ''
}

function arrive(): void {
  path.value = pathOf(location.pathname)
  search.value = location.search
}

/** Links within the studio change what is shown; everything else is the browser's. */
export function startRouter(): void {
  addEventListener('popstate', arrive)
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return
    if (link.pathname !== base && !link.pathname.startsWith(`${base}/`)) return
    event.preventDefault()
    navigate(pathOf(link.pathname) + link.search)
  })
}

/** The parts of the address that a pattern names (`/o/:slug/members`), or undefined when it does not fit. */
export function matchPath(pattern: string, given: string): Readonly<Record<string, string>> | undefined {
  const expected = pattern.split('/')
  const parts = given.split('/')
  if (expected.length !== parts.length) return undefined
  const found: Record<string, string> = {}
  for (const [n, part] of expected.entries()) {
    const actual = parts[n] ?? ''
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(actual)
    else if (part !== actual) return undefined
  }
  return found
}
