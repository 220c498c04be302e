import { type Act, actEvent } from './acts.ts'
import { tellAside } from './beacon.ts'
import { contentEvent } from './content.ts'
import { device } from './device.ts'

/** A page that is left sooner was opened by mistake, or by a machine. */
const firstMs = 1_000
const everyMs = 15_000
const actsPerBeaconMax = 20
const detailLengthMax = 200

interface Told {
  readonly n: number
  readonly kind: Act
  readonly detail: string
}

/** One showing of a page: its own random id, which is kept nowhere and forgotten with the page. */
interface View {
  readonly id: string
  readonly page: string
  /** The page of this capsule that led here; empty: the first. */
  readonly from: string | undefined
  readonly origin: { readonly source?: string; readonly campaign?: string }
  seenMs: number
  /** Since when it is seen now; undefined while it is hidden. */
  sinceMs: number | undefined
  isTold: boolean
  acts: Told[]
  actsCount: number
}

const path = '/-/visits'
let view: View | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/**
 * Tells of this visit, without a cookie and with nothing kept in the browser: which page is seen, for how long, what is done. Who
 * does not want that (Global Privacy Control, Do Not Track) and whoever is driven by a program is not told of at all.
 */
export function watchVisit(): void {
  if (declines() || navigator.webdriver) return
  begin(arrival())
  document.addEventListener(contentEvent, () => {
    if (view === undefined || document.body.dataset.page === view.page) return
    const from = view.page
    tell(true)
    begin({ from, origin: {} })
  })
  document.addEventListener(actEvent, (event) => {
    if (event instanceof CustomEvent) note(event.detail as { kind: Act; detail: string })
  })
  document.addEventListener('click', followed, true)
  document.addEventListener('visibilitychange', () => (document.hidden ? pause() : resume()))
  addEventListener('pagehide', pause)
  // Kept by the browser and gone back to: shown anew.
  addEventListener('pageshow', (event) => {
    if (event instanceof PageTransitionEvent && event.persisted) begin({ from: view?.page, origin: {} })
  })
}

function declines(): boolean {
  const { doNotTrack } = navigator
  const wish = 'globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true
  return wish || doNotTrack === '1' || doNotTrack === 'yes'
}

/** Where the visitor comes from: another page of this capsule, or somewhere else, of which the host alone is told. */
function arrival(): Pick<View, 'from' | 'origin'> {
  const here = new URLSearchParams(location.search)
  const before = URL.parse(document.referrer)
  if (before?.origin === location.origin && before.pathname === location.pathname) {
    return { from: before.searchParams.get('page') ?? '', origin: {} }
  }
  const [navigation] = performance.getEntriesByType('navigation')
  if (navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload') {
    return { from: document.body.dataset.page, origin: {} }
  }
  const source = here.get('utm_source') ?? (before?.origin === location.origin ? undefined : before?.hostname)
  const campaign = here.get('utm_campaign')
  return {
    from: undefined,
    origin: {
      ...(source && { source: source.replace(/^www\./, '').slice(0, detailLengthMax) }),
      ...(campaign && { campaign: campaign.slice(0, detailLengthMax) }),
    },
  }
}

function begin({ from, origin }: Pick<View, 'from' | 'origin'>): void {
  const random = crypto.getRandomValues(new Uint8Array(12))
  view = {
    ...{ id: Date.now().toString(36) + [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('') },
    ...{ page: document.body.dataset.page ?? '', from, origin, seenMs: 0, sinceMs: undefined },
    ...{ isTold: false, acts: [], actsCount: 0 },
  }
  if (!document.hidden) resume()
}

function resume(): void {
  if (view === undefined || view.sinceMs !== undefined) return
  view.sinceMs = performance.now()
  if (view.isTold) tell(false)
  else later(Math.max(0, firstMs - view.seenMs))
}

function pause(): void {
  if (view?.sinceMs === undefined) return
  clearTimeout(timer)
  const seenMs = seen(view)
  view.seenMs = seenMs
  view.sinceMs = undefined
  if (view.isTold || seenMs >= firstMs) tell(true)
}

function later(ms: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => tell(false), ms)
}

function seen({ seenMs, sinceMs }: View): number {
  return sinceMs === undefined ? seenMs : seenMs + performance.now() - sinceMs
}

function note({ kind, detail }: { kind: Act; detail: string }): void {
  if (view === undefined) return
  view.acts.push({ n: ++view.actsCount, kind, detail: detail.slice(0, detailLengthMax) })
  tell(document.hidden)
}

/** A link that leads out of the capsule: where to, without what stands behind the question mark. */
function followed(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('main a[href]') : null
  if (link === null || (link.origin === location.origin && link.pathname === location.pathname)) return
  note({ kind: 'click', detail: /^https?:$/.test(link.protocol) ? link.origin + link.pathname : link.protocol })
}

/** All that is known of this showing: what was told before is told again, so that a beacon that is lost costs nothing. */
function tell(gone: boolean): void {
  if (view === undefined) return
  const { id, page, from, origin, acts } = view
  const some = acts.slice(0, actsPerBeaconMax)
  const isSent = tellAside(path, {
    ...{ capsule: document.body.dataset.capsule, view: id, page, ...(from !== undefined && { from }), ...origin },
    ...{ device: device(), ms: Math.round(seen(view)), gone, ...(some.length > 0 && { acts: some }) },
  })
  if (isSent) {
    view.isTold = true
    view.acts = acts.slice(some.length)
  }
  if (!gone) later(everyMs)
}
