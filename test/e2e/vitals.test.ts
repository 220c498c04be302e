import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { openBrowser, openSite, type Site } from './harness.ts'

let site: Site
let browser: Browser
beforeAll(async () => {
  site = await openSite()
  browser = await openBrowser()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

test('one visit in some tells how quick it was when it ends: numbers, a class of device, and no cookie', async () => {
  const context = await browser.newContext()
  await context.addInitScript(() => {
    Math.random = () => 0
    // The last thing that is measured: from then on, all is.
    const observe = PerformanceObserver.prototype.observe
    PerformanceObserver.prototype.observe = function (options) {
      observe.call(this, options)
      if (options?.type === 'event') sessionStorage.setItem('measures', 'all')
    }
    // The body of a beacon is told to nobody outside.
    const send = navigator.sendBeacon.bind(navigator)
    navigator.sendBeacon = (url, body) => {
      if (body instanceof Blob) void body.text().then((text) => sessionStorage.setItem('beacon', text))
      return send(url, body)
    }
  })
  const page = await context.newPage()
  await page.goto(site.capsules[0]?.url ?? '', { waitUntil: 'networkidle' })
  await page.waitForFunction(() => sessionStorage.getItem('measures') === 'all')
  await page.evaluate(
    () =>
      new Promise<void>((painted) => {
        new PerformanceObserver(() => painted()).observe({ type: 'largest-contentful-paint', buffered: true })
      }),
  )
  const leave = () => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }
  const [beacon] = await Promise.all([page.waitForRequest('**/-/vitals'), page.evaluate(leave)])
  expect((await beacon.response())?.status()).toBe(204)
  const body = await page.waitForFunction(() => sessionStorage.getItem('beacon'))
  const told = JSON.parse((await body.jsonValue()) ?? '') as {
    capsule: string
    device: string
    metrics: Record<string, number>
  }
  expect(Object.keys(told)).toEqual(['capsule', 'device', 'metrics'])
  expect([told.capsule, told.device]).toEqual([site.capsules[0]?.id ?? '', 'desktop'])
  expect(told.metrics.lcp).toBeGreaterThan(0)
  expect(told.metrics.cls).toBe(0)
  expect((await beacon.allHeaders()).cookie).toBeUndefined()
  expect(await context.cookies()).toEqual([])
  await context.close()
}, 300_000)
