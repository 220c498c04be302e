import { tellAside } from './beacon.ts'
import { device } from './device.ts'

interface LayoutShift extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
}
interface Interaction extends PerformanceEntry {
  readonly interactionId?: number
}

/** Shifts within a second of one another, and within five in all, count as one (web.dev/articles/cls). */
const sessionGapMs = 1_000
const sessionMsMax = 5_000

/**
 * Core Web Vitals of this visit, told once when the page is left: numbers and the class of device, and nothing of anybody.
 * No cookie goes with them, and none is set.
 */
export function observe(): void {
  let [lcp, cls, inp] = [0, 0, 0]
  let session = { value: 0, startMs: 0, endMs: 0 }
  const stops = [
    on<PerformanceEntry>('largest-contentful-paint', (entry) => {
      lcp = entry.startTime
    }),
    on<LayoutShift>('layout-shift', ({ value, startTime, hadRecentInput }) => {
      if (hadRecentInput) return
      const goesOn = startTime - session.endMs < sessionGapMs && startTime - session.startMs < sessionMsMax
      session = goesOn
        ? { ...session, value: session.value + value, endMs: startTime }
        : { value, startMs: startTime, endMs: startTime }
      cls = Math.max(cls, session.value)
    }),
    on<Interaction>(
      'event',
      ({ interactionId, duration }) => {
        if (interactionId) inp = Math.max(inp, duration)
      },
      { durationThreshold: 40 },
    ),
  ]
  const [navigation] = performance.getEntriesByType('navigation')
  const ttfb = navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : 0
  const tell = () => {
    if (document.visibilityState !== 'hidden') return
    removeEventListener('visibilitychange', tell, true)
    for (const stop of stops) stop()
    const { capsule } = document.body.dataset
    const metrics = { ...(lcp > 0 && { lcp }), cls, ...(inp > 0 && { inp }), ...(ttfb > 0 && { ttfb }) }
    tellAside('/-/vitals', { capsule, device: device(), metrics })
  }
  addEventListener('visibilitychange', tell, true)
}

function on<E extends PerformanceEntry>(type: string, see: (entry: E) => void, options = {}): () => void {
  const seeAll = (entries: PerformanceEntryList) => {
    for (const entry of entries) see(entry as E)
  }
  try {
    const observer = new PerformanceObserver((list) => seeAll(list.getEntries()))
    observer.observe({ type, buffered: true, ...options })
    return () => {
      seeAll(observer.takeRecords())
      observer.disconnect()
    }
  } catch {
    return () => {}
  }
}
