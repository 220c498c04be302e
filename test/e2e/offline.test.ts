import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { demo, freePort, type Served, serve } from '../binary/server.ts'
import { api, openBrowser, until } from './harness.ts'

let folder: string
let browser: Browser
let server: Served
let site: { readonly origin: string; readonly apiKey: string }
const port = freePort()
const env = { PORT: String(port), ENCAPSIFY_URL: `http://localhost:${port}` }
const start = async () => {
  server = await serve({ folder, port, env })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-offline-'))
  const { apiKey } = await demo(folder, { env })
  await start()
  site = { origin: server.origin, apiKey }
  browser = await openBrowser()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const poll = {
  id: 'lunch',
  type: 'poll',
  question: 'Lunch?',
  choices: [
    { id: 'soup', text: 'Soup' },
    { id: 'bread', text: 'Bread' },
  ],
}
const picture = { id: 'p', type: 'image', src: '', alt: 'A picture' }
const documentOf = (version: string, src: string) => ({
  format: 1,
  pages: [
    { id: 'start', title: `Start ${version}`, blocks: [{ ...picture, src }, poll] },
    { id: 'second', title: `Second ${version}`, blocks: [{ id: 'h', type: 'heading', text: `More of ${version}` }] },
  ],
})

async function published(slug: string) {
  const tour = await fetch(`${site.origin}/northlight/tour`)
  const src = /<img src="(\/-\/[^"]+)"/.exec(await tour.text())?.[1] ?? ''
  const capsule = await api<{ id: string; url: string }>(site, 'POST', '/capsules', {
    title: slug,
    slug,
    draft: documentOf('one', src),
  })
  await api(site, 'POST', `/capsules/${capsule.id}/publication`)
  const publish = async (version: string) => {
    await fetch(`${site.origin}/api/v1/capsules/${capsule.id}/draft`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${site.apiKey}`, 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify(documentOf(version, src)),
    })
    await api(site, 'POST', `/capsules/${capsule.id}/publication`)
  }
  const answers = () =>
    api<{ items: { id: string; value: unknown }[] }>(site, 'GET', `/capsules/${capsule.id}/responses`)
  return { ...capsule, publish, answers }
}

/** Visits a capsule until all of it is laid down. */
async function visit(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(url)
  await page.evaluate(async () => {
    const isThere = async () => {
      const names = await caches.keys()
      const capsule = names.find((name) => name.startsWith(`capsule ${location.pathname} `))
      const files = await (await caches.open('files 1')).keys()
      const pages = capsule === undefined ? [] : await (await caches.open(capsule)).keys()
      const has = (part: string) => files.some(({ url }) => url.includes(part))
      return pages.length === 2 && has('/-/assets/poll') && has('/-/pictures/')
    }
    while (!(await isThere())) await new Promise(requestAnimationFrame)
  })
  return page
}

/** Until the page is the one that is called so: the one before has a heading too. */
const headed = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

test('a visited capsule opens without a server, whole; its answers arrive later, once', async () => {
  const capsule = await published('offline')
  const context = await browser.newContext()
  const first = await visit(context, capsule.url)
  await first.close()
  await server.stop('SIGTERM')

  const page = await context.newPage()
  await page.goto(capsule.url)
  await headed(page, 'Start one')
  const painted = await page.locator('main img').evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    return image.naturalWidth
  })
  expect(painted).toBeGreaterThan(0)
  await page.getByRole('link', { name: 'Next Second one' }).click()
  await headed(page, 'Second one')
  await page.goBack()
  await page.getByLabel('Soup').check()
  await page.getByRole('button', { name: 'Vote' }).click()
  await page.getByText('kept on this device').waitFor()
  // Also after another look at it, and pressed again.
  await page.reload()
  await page.getByText('kept on this device').waitFor()
  await page.getByLabel('Soup').check()
  await page.getByRole('button', { name: 'Vote' }).click()
  await page.getByText('kept on this device').waitFor()

  // Who brings it does not matter: this page, the next one, or the worker.
  await start()
  await page.reload()
  const { items } = await until(capsule.answers, (answers) => answers.items.length > 0)
  expect(items.map((item) => item.value)).toEqual([['soup']])
  await page.reload()
  expect((await capsule.answers()).items).toHaveLength(1)
  await context.close()
}, 300_000)

test('after a publication nobody sees two versions at once, nor an old one again', async () => {
  const capsule = await published('versions')
  const context = await browser.newContext()
  const page = await visit(context, capsule.url)
  await capsule.publish('two')
  await page.reload()
  await headed(page, 'Start two')
  // One generation is kept, and in it what was just shown.
  await page.waitForFunction(async () => {
    const [name, ...others] = (await caches.keys()).filter((name) => name.startsWith('capsule '))
    if (name === undefined || others.length > 0) return false
    const kept = await (await caches.open(name)).match(location.pathname, { ignoreVary: true })
    return (await kept?.text())?.includes('Start two') === true
  })
  // Whatever of the new version is laid down by now: never a page of the old one.
  await server.stop('SIGTERM')
  const other = await context.newPage()
  await other.goto(capsule.url)
  await headed(other, 'Start two')
  await other.goto(`${capsule.url}?page=second`)
  expect(await other.locator('body').textContent()).not.toContain('one')
  await start()
  await other.goto(`${capsule.url}?page=second`)
  await headed(other, 'Second two')
  await context.close()
}, 300_000)

test('a capsule that was taken down does not come back from a device; other parts of the site pass it by', async () => {
  const capsule = await published('taken-down')
  const context = await browser.newContext()
  const page = await visit(context, capsule.url)
  await fetch(`${site.origin}/api/v1/capsules/${capsule.id}/publication`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${site.apiKey}` },
  })
  expect((await page.reload())?.status()).toBe(404)
  const workers: string[] = []
  page.on('response', (response) => {
    if (response.fromServiceWorker()) workers.push(new URL(response.url()).pathname)
  })
  // Its script is a large one, and not looked at here.
  await page.goto(`${site.origin}/api/docs`, { waitUntil: 'commit' })
  await page.goto(`${site.origin}/health/live`)
  expect(workers.filter((path) => !path.startsWith('/-/assets/'))).toEqual([])
  await server.stop('SIGTERM')
  await page.goto(capsule.url)
  await headed(page, 'You are offline')
  await start()
  await context.close()
}, 300_000)
