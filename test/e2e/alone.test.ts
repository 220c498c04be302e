import { expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary } from '../binary/server.ts'
import { handbook } from '../fixtures/handbook.ts'
import { api, openBrowser, openSite, publish } from './harness.ts'

test('the executable alone in an empty folder publishes a capsule that a browser shows as it was written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-alone-'))
  const executable = join(folder, 'encapsify')
  copyFileSync(binary, executable)
  expect(readdirSync(folder)).toEqual(['encapsify'])
  const browser = await openBrowser()
  try {
    await using site = await openSite({ executable })
    const capsule = await publish(site, 'Handbook', handbook)
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    // A browser gives up what it was still fetching when its reader goes on to another page: no fault of the server.
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText
      if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()}: ${why}`)
    })
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== site.origin) faults.push(`outside: ${request.url()}`)
    })
    await page.goto(capsule.url)

    // What is there: words, marks, lists, columns beside each other, and the theme.
    expect(await page.title()).toBe('Your first week · Handbook')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your first week')
    expect(await page.locator('.text strong').textContent()).toBe('spare keys')
    expect(await page.getByRole('link', { name: 'Ask anyway' }).getAttribute('href')).toBe(
      'mailto:front-desk@example.com',
    )
    expect(await page.locator('.text li').allTextContents()).toEqual([
      'Monday: coffee with everybody',
      'Tuesday: your first change goes live',
    ])
    const [left, right] = await Promise.all(
      ['Mornings', 'Evenings'].map((name) => page.getByRole('heading', { name }).boundingBox()),
    )
    expect(left?.y).toBe(right?.y)
    expect((right?.x ?? 0) - (left?.x ?? 0)).toBeGreaterThan(100)
    const button = page.getByRole('link', { name: 'Meet the team' })
    const colour = await button.evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(colour).toBe('rgb(15, 118, 110)')

    // What it does: a vote is stored, its totals show, and the choice leads to its page.
    await page.getByLabel('Bread and cheese').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('1 answer so far').waitFor()
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.getByRole('heading', { level: 1, name: 'Bread', exact: true }).waitFor()
    const answers = await api<{ items: { block: string; value: unknown }[] }>(
      site,
      'GET',
      `/capsules/${capsule.id}/responses`,
    )
    expect(answers.items).toMatchObject([{ block: 'lunch', value: ['bread'] }])

    // A picture drawn by the executable itself is really painted.
    const [tour] = site.capsules
    await page.goto(tour?.url ?? '')
    const picture = page.locator('main img').first()
    await picture.evaluate((image: HTMLImageElement) => image.decode())
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(400)
    expect(coloursIn(await picture.screenshot())).toBeGreaterThan(100)
    expect(faults).toEqual([])
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 300_000)

/** How many different byte triples a PNG's compressed data holds: a blank picture has few. */
function coloursIn(png: Uint8Array): number {
  const seen = new Set<number>()
  for (let at = 100; at + 2 < png.length; at += 3) {
    seen.add(((png[at] ?? 0) << 16) | ((png[at + 1] ?? 0) << 8) | (png[at + 2] ?? 0))
  }
  return seen.size
}
