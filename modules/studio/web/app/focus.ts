const focusable = [
  'a[href]',
  ':is(button, input, select, textarea):not([disabled], [type="hidden"])',
  'summary',
  'iframe',
  '[tabindex]',
  '[contenteditable]:not([contenteditable="false"])',
].join()
/** What lies over the page, and gives the focus back to where it came from. */
const over = 'dialog, .toasts'
/** What is looked for within what: whoever was in a dialog does not land behind it. */
const regions = `${over}, main, header, nav, aside`

/** Where the focus is, remembered because nothing can be asked of what is gone. */
interface Place {
  readonly element: HTMLElement
  readonly region: Element | null
  /** All that could have it, in the order of the page, and which of them it is. */
  readonly order: readonly HTMLElement[]
  readonly index: number
  /** Where it was before it came into what lies over the page. */
  readonly opener: Place | undefined
}

/**
 * Keeps the focus from falling out of a page (WCAG 2.4.3): when what has it is taken away, disabled or put elsewhere, it comes back,
 * or what stands next gets it. Whoever presses beside everything wants it nowhere. Returns how to stop.
 */
export function keepFocus(page: Document): () => void {
  const window = page.defaultView
  if (window === null) return () => {}
  let last: Place | undefined
  let due = false
  const onFocus = ({ target }: FocusEvent) => {
    last = placeOf(page, target as HTMLElement, last)
  }
  const onPress = ({ target }: PointerEvent) => {
    if (last?.element.contains(target as Node) !== true) last = undefined
  }
  const look = () => {
    due = false
    if (last === undefined || page.activeElement !== page.body || !page.hasFocus()) return
    nearest(page, last)?.focus({ preventScroll: true })
  }
  const onChange = () => {
    if (due || last === undefined || page.activeElement !== page.body) return
    due = true
    // Whoever took it away may be about to give it to something better.
    window.requestAnimationFrame(look)
  }
  const observer = new window.MutationObserver(onChange)
  // A frame forgets what had it as soon as it goes elsewhere, into a dialog say.
  window.addEventListener('focus', onChange)
  page.addEventListener('focusin', onFocus)
  page.addEventListener('pointerdown', onPress, true)
  observer.observe(page.body, { childList: true, subtree: true, attributeFilter: ['disabled', 'hidden'] })
  return () => {
    observer.disconnect()
    window.removeEventListener('focus', onChange)
    page.removeEventListener('focusin', onFocus)
    page.removeEventListener('pointerdown', onPress, true)
  }
}

function placeOf(page: Document, element: HTMLElement, before: Place | undefined): Place {
  const region = element.closest(regions)
  const order = [...page.querySelectorAll<HTMLElement>(focusable)]
  const opener = region?.matches(over) ? (before?.region === region ? before.opener : before) : undefined
  return { element, region, order, index: order.indexOf(element), opener }
}

function nearest(page: Document, place: Place): HTMLElement | undefined {
  const { element, region, order, index, opener } = place
  if (canHaveIt(element)) return element
  if (region?.checkVisibility() === false && opener !== undefined) return nearest(page, opener)
  const inRegion = (one: HTMLElement | undefined) =>
    one !== undefined && canHaveIt(one) && (region === null || region.contains(one))
  const found = [...order.slice(index + 1), ...order.slice(0, Math.max(index, 0)).reverse()].find(inRegion)
  if (found !== undefined) return found
  const main = page.querySelector('main')
  if (main !== null && !main.matches(focusable)) main.tabIndex = -1
  return main ?? undefined
}

function canHaveIt(element: HTMLElement): boolean {
  return element.isConnected && element.matches(focusable) && element.checkVisibility()
}
