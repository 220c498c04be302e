import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { api, type Capsule, openBrowser, publish, stillness } from './harness.ts'
import { openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

// Three browsers and a server on a busy machine; what takes this long has failed, not waited.
setDefaultTimeout(300_000)

const desktop = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const phone =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36'

let studio: Studio
let browser: Browser

beforeAll(async () => {
  studio = await openStudio({ ENCAPSIFY_COUNTRY_HEADER: 'X-Country' })
  // Browsers that are driven say so, and are not counted; these are to be taken for people's.
  browser = await openBrowser(['--disable-blink-features=AutomationControlled'])
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

const document = {
  format: 1,
  pages: [
    {
      id: 'start',
      title: 'The offer',
      blocks: [
        {
          id: 'vote',
          type: 'poll',
          question: 'Which way?',
          choices: [
            { id: 'left', text: 'Left' },
            { id: 'right', text: 'Right' },
          ],
        },
      ],
    },
    { id: 'plans', title: 'The plans', blocks: [{ id: 'top', type: 'heading', text: 'What it costs' }] },
  ],
}

const site = () => ({ ...studio, apiKey: studio.demo.apiKey }) as unknown as Parameters<typeof publish>[0]

async function visit({ url }: Capsule, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const told = page.waitForResponse('**/-/visits')
  await page.goto(url)
  expect((await told).status()).toBe(204)
  return page
}

test('two visitors are seen live by the owner: pages, answers, devices, countries; and are in the figures', async () => {
  const capsule = await publish(site(), 'Watched', document)
  await using owner = await visitor(browser)
  await signIn(owner.page, studio, studio.demo)
  await owner.page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${capsule.id}/analytics`)
  await owner.page.getByText('Nobody is here right now.').waitFor()
  const one = await visit(capsule, { userAgent: desktop, extraHTTPHeaders: { 'x-country': 'NO' } })
  const live = owner.page.locator('.live')
  await live.getByText('1 person').waitFor()
  const other = await visit(capsule, {
    userAgent: phone,
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 800 },
  })
  await live.getByText('2 people').waitFor()
  expect(await live.locator('.here li').allTextContents()).toEqual([
    expect.stringContaining('Phone'),
    expect.stringContaining('Norway'),
  ])
  await one.getByLabel('Left').check()
  await one.getByRole('button', { name: 'Vote' }).click()
  await one.getByText('1 answer so far').waitFor()
  await live.getByText(/^Score (1[5-9]|2\d)$/).waitFor()
  await other.getByRole('link', { name: 'Next The plans' }).click()
  await live.getByText('The plans').waitFor()
  // Left as a person leaves it, by closing the tab: a context that is closed tells nobody.
  await one.close({ runBeforeUnload: true })
  await live.getByText('1 person').waitFor()
  await other.close({ runBeforeUnload: true })
  await live.getByText('Nobody is here right now.').waitFor()

  await owner.page.getByRole('button', { name: 'Refresh' }).click()
  const tiles = owner.page.locator('.tiles')
  await tiles.waitFor()
  expect(await tiles.locator('dd').first().textContent()).toBe('2')
  await owner.page
    .getByRole('button', { name: /^Visitor / })
    .last()
    .click()
  await owner.page.getByRole('dialog').getByText('Answered on “The offer”').waitFor()
  const { items } = await api<{ items: { views: number; answers: number; device: string }[] }>(
    site(),
    'GET',
    `/capsules/${capsule.id}/visits`,
  )
  await one.context().close()
  await other.context().close()
  expect(items.map(({ device, views, answers }) => [device, views, answers])).toEqual([
    ['phone', 2, 0],
    ['desktop', 1, 1],
  ])
})

test('nothing is kept in the browser of a visitor, and who wants no watching sends nothing', async () => {
  const capsule = await publish(site(), 'Unwatched', document)
  const page = await visit(capsule, { userAgent: desktop })
  const kept = await page.evaluate(() => [
    Object.keys(localStorage),
    Object.keys(sessionStorage),
    window.document.cookie,
  ])
  expect(kept).toEqual([[], [], ''])
  expect(await page.context().cookies()).toEqual([])
  await page.context().close()

  const context = await browser.newContext({ userAgent: phone })
  await context.addInitScript(() => {
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })
  })
  const quiet = await context.newPage()
  const beacons: string[] = []
  quiet.on('request', (request) => beacons.push(new URL(request.url()).pathname))
  await quiet.goto(capsule.url, { waitUntil: 'networkidle' })
  await quiet.getByRole('link', { name: 'Next The plans' }).click()
  await quiet.getByRole('heading', { name: 'What it costs' }).waitFor()
  await context.close()
  expect(beacons).not.toContain('/-/visits')
  const { items } = await api<{ items: unknown[] }>(site(), 'GET', `/capsules/${capsule.id}/visits`)
  expect(items).toHaveLength(1)
})

test('an owner who looks at the own capsule is not counted, and erases a visitor from the screen', async () => {
  const capsule = await publish(site(), 'Ours', document)
  const page = await visit(capsule, { userAgent: desktop })
  await page.context().close()
  await using owner = await visitor(browser)
  await signIn(owner.page, studio, studio.demo)
  const told = owner.page.waitForResponse('**/-/visits')
  await owner.page.goto(capsule.url)
  expect((await told).status()).toBe(204)
  await owner.page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${capsule.id}/analytics`)
  await owner.page
    .getByRole('button', { name: /^Visitor / })
    .first()
    .waitFor()
  expect(await owner.page.getByRole('button', { name: /^Visitor / }).count()).toBe(1)
  await owner.page.getByRole('button', { name: /^Visitor / }).click()
  await owner.page.getByRole('button', { name: 'Erase this visitor' }).click()
  await owner.page.getByRole('button', { name: 'Erase for good' }).click()
  await owner.page.getByText('Nobody has been here yet').waitFor()
  const file = await fetch(`${studio.origin}/api/v1/capsules/${capsule.id}/visits.csv`, {
    headers: { authorization: `Bearer ${studio.demo.apiKey}` },
  })
  expect((await file.text()).split('\r\n')).toHaveLength(2)
})

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const shots = Bun.env.ENCAPSIFY_SHOTS

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('the screen has no fault that axe can find, %s, %d pixels wide', async (colorScheme, width) => {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 900 },
    bypassCSP: true,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await signIn(page, studio, studio.demo)
  const id = studio.demo.capsules[0]?.id ?? ''
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}/analytics`)
  await page.locator('.tiles').waitFor()
  await page.getByText('The same as a table').click()
  const look = async () => {
    await stillness(page)
    await page.evaluate(axe)
    const { violations } = (await page.evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })`,
    )) as { violations: { id: string; nodes: { html: string }[] }[] }
    return violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)
  }
  if (shots) await page.screenshot({ path: `${shots}/analytics-${colorScheme}-${width}.png`, fullPage: true })
  expect(await look()).toEqual([])
  expect(
    await page.evaluate(
      () => window.document.documentElement.scrollWidth - window.document.documentElement.clientWidth,
    ),
  ).toBe(0)
  await page
    .getByRole('button', { name: /^Visitor / })
    .first()
    .click()
  await page.getByRole('dialog').locator('.timeline li').first().waitFor()
  if (shots) await page.screenshot({ path: `${shots}/timeline-${colorScheme}-${width}.png` })
  expect(await look()).toEqual([])
  await context.close()
})
