import { contentEvent } from '../shared/content.ts'

const style = () => document.querySelector('style')
let adopted: CSSStyleSheet | undefined

export type Loaded = 'shown' | 'same' | 'gone' | 'failed'

/**
 * Loads a page of this capsule and shows it in place of what is here. What the visitor has begun stays as it is: forms with
 * something in them or with the focus, and results.
 * @param search the page's query; the one that is here when nothing else is asked for
 */
export async function loadPage(search: string, isWanted: () => boolean = () => true): Promise<Loaded> {
  let answer: Response
  try {
    answer = await fetch(location.pathname + search, { cache: 'no-cache', headers: { accept: 'text/html' } })
  } catch {
    return 'failed'
  }
  if (answer.status === 404 || answer.status === 410) return 'gone'
  if (!answer.ok) return 'failed'
  const loaded = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (!isWanted() || loaded.querySelector('main') === null) return 'failed'
  const isSamePage = loaded.body.dataset.page === document.body.dataset.page
  if (isSamePage && loaded.body.dataset.version === document.body.dataset.version && loaded.title === document.title) {
    return 'same'
  }
  // First what makes it lively: nobody is to press what only comes alive a moment later.
  await loadScripts(loaded)
  if (!isWanted()) return 'failed'
  const shown = new URL(answer.url)
  // Going back leads to where the visitor came from, not to where the presenter was before.
  history.replaceState(null, '', shown.pathname + shown.search + (isSamePage ? location.hash : ''))
  show(loaded, isSamePage)
  return 'shown'
}

/** Whether the visitor has begun something that must not be taken away. */
export function hasBegun(): boolean {
  return [...document.querySelectorAll<HTMLElement>('main .answer')].some(
    (part) => part.localName === 'form' && isTouched(part),
  )
}

function show(loaded: Document, isSamePage: boolean): void {
  document.title = loaded.title
  document.documentElement.lang = loaded.documentElement.lang
  document.documentElement.dir = loaded.documentElement.dir
  restyle(loaded)
  for (const name of ['capsule', 'page', 'version', 'live']) {
    const value = loaded.body.dataset[name]
    if (value === undefined) delete document.body.dataset[name]
    else document.body.dataset[name] = value
  }
  for (const part of ['body > header', 'body > nav', 'body > footer']) replacePart(part, loaded)
  const main = document.querySelector('main')
  const next = loaded.querySelector('main')
  if (main === null || next === null) return
  if (isSamePage) merge(main, next)
  else {
    main.replaceChildren(...next.childNodes)
    scrollTo(0, 0)
    main.focus({ preventScroll: true })
  }
  document.dispatchEvent(new Event(contentEvent))
}

/** The policy of the page names its one style sheet; one that a script makes needs no permission (CSSOM, 6.2). */
function restyle(loaded: Document): void {
  const text = loaded.querySelector('style')?.textContent ?? ''
  const here = style()
  if (adopted === undefined && here?.textContent === text) return
  if (adopted === undefined) {
    adopted = new CSSStyleSheet()
    document.adoptedStyleSheets = [adopted, ...document.adoptedStyleSheets]
  }
  adopted.replaceSync(text)
  if (here?.sheet) here.sheet.disabled = true
}

function replacePart(selector: string, loaded: Document): void {
  const here = document.querySelector(selector)
  const next = loaded.querySelector(selector)
  if (here === null && next === null) return
  if (here !== null && next !== null) {
    if (!here.isEqualNode(next)) here.replaceWith(next)
  } else if (next === null) here?.remove()
  else if (selector.endsWith('header')) document.querySelector('main')?.before(next)
  else document.querySelector('main')?.after(next)
}

/** A module runs once however often it is named, so only new ones do anything. One that does not come keeps nothing from being shown. */
async function loadScripts(loaded: Document): Promise<void> {
  const coming = [...loaded.querySelectorAll<HTMLScriptElement>('script[src]')].map((script) => {
    const src = script.getAttribute('src') ?? ''
    if (document.querySelector(`script[src="${CSS.escape(src)}"]`) !== null) return undefined
    const made = document.createElement('script')
    made.type = 'module'
    made.src = src
    document.head.append(made)
    return new Promise((resolve) => {
      made.onload = made.onerror = resolve
    })
  })
  await Promise.all(coming)
}

/**
 * Makes the children of `main` those of `next`. What is equal or touched stays where it is, never taken out and put back,
 * so that focus, selection and what is being typed are left alone.
 */
function merge(main: Element, next: Element): void {
  const old = [...main.children]
  const kept = new Set<Element>()
  const wanted = [...next.children].map((child) => {
    const twin = twinOf(child, old, kept)
    if (twin === undefined) return child
    kept.add(twin)
    return twin
  })
  // What was begun and is no more stays after what it stood after.
  for (const [at, child] of old.entries()) {
    if (kept.has(child) || !isTouched(child)) continue
    const before = old[at - 1]
    wanted.splice(before === undefined ? 0 : wanted.indexOf(before) + 1, 0, child)
    kept.add(child)
  }
  for (const child of old) if (!kept.has(child)) child.remove()
  let at = main.firstElementChild
  for (const child of wanted) {
    if (child === at) at = at.nextElementSibling
    else main.insertBefore(child, at)
  }
}

function twinOf(child: Element, old: readonly Element[], kept: ReadonlySet<Element>): Element | undefined {
  return old.find((one) => {
    if (kept.has(one)) return false
    if (one.isEqualNode(child)) return true
    return isTouched(one) && answersIn(one).some((id) => answersIn(child).includes(id))
  })
}

function answersIn(part: Element): string[] {
  const inside = [...part.querySelectorAll('.answer')].map((one) => one.id)
  return part.classList.contains('answer') ? [part.id, ...inside] : inside
}

/** A result, a form with something in it, or whatever has the focus or holds one of these. */
function isTouched(part: Element): boolean {
  if (part.matches('div.answer') || part.querySelector('div.answer') !== null) return true
  if (part.contains(document.activeElement)) return true
  return [...part.querySelectorAll<HTMLInputElement>('input:not([type=hidden]), textarea, select')].some((control) =>
    control.type === 'radio' || control.type === 'checkbox'
      ? control.checked !== control.defaultChecked
      : control.value !== (control.defaultValue ?? ''),
  )
}
