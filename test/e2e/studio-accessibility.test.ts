import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser, Frame, Page } from 'playwright-core'
import { openBrowser, stillness } from './harness.ts'
import { openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let studio: Studio
let browser: Browser

beforeAll(async () => {
  studio = await openStudio()
  browser = await openBrowser()
  const form = new FormData()
  form.set('file', new File(['Minutes of the meeting'], 'minutes.txt'))
  const authorization = `Bearer ${studio.demo.apiKey}`
  const uploaded = await fetch(`${studio.origin}/api/v1/assets`, {
    method: 'POST',
    body: form,
    headers: { authorization },
  })
  expect(uploaded.status).toBe(201)
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

/** @param off rules that do not apply. */
async function faultsOf(frame: Page | Frame, off: readonly string[] = []): Promise<string[]> {
  await stillness(frame)
  await frame.evaluate(axe)
  // Frames are looked at one by one: what is in a thumbnail is the visitor page's own concern.
  const { violations } = (await frame.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(rules)}, rules: ${JSON.stringify(Object.fromEntries(off.map((rule) => [rule, { enabled: false }])))}, resultTypes: ['violations'], iframes: false })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

const screens: readonly (readonly [name: string, path: (id: string) => string, ready: string])[] = [
  ['capsules', () => '', '.card'],
  ['gallery', () => '/new', '.card'],
  ['library', () => '/library', '.card'],
  ['members', () => '/members', '.rows li'],
  ['keys', () => '/keys', '.rows li'],
  ['notifications', () => '/notifications', 'select'],
  ['settings', () => '/settings', 'form'],
  ['account', () => '/account', '.rows li'],
  ['versions', (id) => `/capsules/${id}/versions`, '.rows li'],
  ['share links', (id) => `/capsules/${id}/sharing`, '.empty, .rows li'],
  ['responses', (id) => `/capsules/${id}/responses`, '.table td'],
  ['analytics', (id) => `/capsules/${id}/analytics`, '.tiles'],
]

describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('no fault that axe can find, %s, %d pixels wide', (colorScheme, width) => {
  // The page's policy refuses axe as it refuses every foreign script.
  const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const

  test('before one is signed in', async () => {
    await using somebody = await visitor(browser, options)
    const { page } = somebody
    for (const path of ['sign-in', 'sign-up', 'forgotten', 'reset?token=x']) {
      await page.goto(`${studio.origin}/studio/${path}`)
      await page.locator('h1').waitFor()
      expect([path, ...(await faultsOf(page))]).toEqual([path])
    }
  }, 120_000)

  test('on every screen', async () => {
    await using owner = await visitor(browser, options)
    const { page } = owner
    await signIn(page, studio, studio.demo)
    const id = studio.demo.capsules[3]?.id ?? ''
    for (const [name, path, ready] of screens) {
      await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}${path(id)}`)
      await page.locator(ready).first().waitFor()
      expect([name, ...(await faultsOf(page))]).toEqual([name])
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([name, sideways]).toEqual([name, 0])
    }
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    expect(await faultsOf(page)).toEqual([])
  }, 120_000)

  test('in the editor: its panels, its canvas, its dialogs', async () => {
    await using owner = await visitor(browser, options)
    const { page, canvas } = owner
    await signIn(page, studio, studio.demo)
    for (const { id } of studio.demo.capsules.slice(0, 4)) {
      await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}`)
      await canvas.locator('[data-block-id]').first().waitFor()
      // In which order headings of which size stand is the owner's own matter.
      const inside = page.frames().find((frame) => frame.parentFrame() !== null)
      expect(await faultsOf(page)).toEqual([])
      expect(inside === undefined ? ['no canvas'] : await faultsOf(inside, ['heading-order'])).toEqual([])
    }
    for (const name of ['Publish', 'Preview']) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').waitFor()
      expect([name, ...(await faultsOf(page))]).toEqual([name])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  }, 120_000)
})
