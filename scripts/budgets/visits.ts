import { type Browser, chromium, type Page } from 'playwright-core'
import type { Budgets } from './budgets.ts'
import { percentile } from './budgets.ts'

const runs = 10
const cpuSlowdown = 4
/** Nothing has moved or worked for so long: the page is there. */
const quietMs = 1_500

interface Visit {
  readonly lcpMs: number
  readonly cls: number
  readonly tbtMs: number
}

interface Shift extends PerformanceEntry {
  readonly value: number
}

/** First and repeated visits of a page over the slow line, with a slow CPU. */
export async function visits(budgets: Budgets, url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'].concat([
      '--disable-background-networking',
      '--disable-component-update',
    ]),
  })
  try {
    const first: Visit[] = []
    const again: Visit[] = []
    for (let run = 0; run < runs; run++) {
      const both = await visitTwice(browser, url)
      first.push(both.first)
      again.push(both.again)
    }
    const lcp = first.map((visit) => visit.lcpMs)
    budgets.report('firstVisitLcpP95Ms', percentile(lcp, 0.95), `p50 ${Math.round(percentile(lcp, 0.5))}, ${runs} runs`)
    budgets.report('firstVisitCls', Math.max(...first.map((visit) => visit.cls)))
    budgets.report(
      'firstVisitTbtMs',
      percentile(
        first.map((visit) => visit.tbtMs),
        0.95,
      ),
    )
    const repeated = again.map((visit) => visit.lcpMs)
    budgets.report('repeatVisitMs', percentile(repeated, 0.5), `p95 ${Math.round(percentile(repeated, 0.95))}`)
  } finally {
    await browser.close()
  }
}

async function visitTwice(browser: Browser, url: string): Promise<{ first: Visit; again: Visit }> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75 })
  try {
    const page = await context.newPage()
    const first = await visit(page, url)
    // Until the service worker holds the capsule.
    await page.evaluate(async () => {
      const isKept = async () => (await caches.keys()).some((name) => name.startsWith(`capsule ${location.pathname} `))
      while (!(await isKept())) await new Promise(requestAnimationFrame)
    })
    await page.goto('about:blank')
    return { first, again: await visit(page, url) }
  } finally {
    await context.close()
  }
}

async function visit(page: Page, url: string): Promise<Visit> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  await page.goto(url, { waitUntil: 'load' })
  return page.evaluate(async (quietMs) => {
    const seen = { lcpMs: 0, cls: 0, tbtMs: 0, lastMs: performance.now() }
    const on = (type: string, see: (entry: PerformanceEntry) => void) =>
      new PerformanceObserver((list) => {
        seen.lastMs = performance.now()
        for (const entry of list.getEntries()) see(entry)
      }).observe({ type, buffered: true })
    on('largest-contentful-paint', (entry) => {
      seen.lcpMs = entry.startTime
    })
    on('layout-shift', (entry) => {
      seen.cls += (entry as Shift).value
    })
    on('longtask', ({ duration }) => {
      seen.tbtMs += Math.max(0, duration - 50)
    })
    while (performance.now() - seen.lastMs < quietMs) await new Promise((resolve) => setTimeout(resolve, 100))
    return seen
  }, quietMs)
}
