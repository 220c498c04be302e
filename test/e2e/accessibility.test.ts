import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { sampleDocument } from '../../modules/visitor/render/sample.ts'
import { type Capsule, openBrowser, openSite, publish, type Site, stillness } from './harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const accents = ['#4f46e5', '#ffe600', '#0a0a0a', '#ff4d00']

// A browser on a machine that does other things too.
setDefaultTimeout(300_000)

let site: Site
let browser: Browser
const capsules = new Map<string, Capsule>()

beforeAll(async () => {
  site = await openSite()
  browser = await openBrowser()
  for (const accent of accents) {
    capsules.set(
      accent,
      await publish(site, `Everything in ${accent}`, { format: 1, ...sampleDocument, theme: { accent } }),
    )
  }
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

async function openIn(accent: string, colorScheme: 'light' | 'dark', width: number) {
  // The page's policy refuses axe as it refuses every foreign script.
  const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true, reducedMotion: 'reduce' } as const
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(capsules.get(accent)?.url ?? '', { waitUntil: 'domcontentloaded' })
  return { page, [Symbol.asyncDispose]: () => context.close() }
}

async function faultsOf(page: Page): Promise<string[]> {
  await stillness(page)
  await page.evaluate(axe)
  const { violations, passes } = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]; passes: unknown[] }
  expect(passes.length).toBeGreaterThan(20)
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

describe('a page with every block has no fault that axe can find', () => {
  for (const accent of accents) {
    test.each([
      ['light', 1280],
      ['dark', 320],
    ] as const)(`accent ${accent}, %s, %d pixels wide`, async (colorScheme, width) => {
      await using opened = await openIn(accent, colorScheme, width)
      expect(await faultsOf(opened.page)).toEqual([])
    })
  }

  test.each(['light', 'dark'] as const)('with results and with faults, %s', async (colorScheme) => {
    await using opened = await openIn('#4f46e5', colorScheme, 390)
    const { page } = opened
    await page.getByLabel('The market hall').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('so far.').waitFor()
    await page.getByLabel('1854').check()
    await page.getByLabel('Ferries').check()
    await page.getByRole('button', { name: 'Check my answers' }).click()
    await page.getByText('You have 1 of 2 right').waitFor()
    await page.evaluate('document.querySelector("form").noValidate = true')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Please look at what is marked').waitFor()
    expect(await faultsOf(page)).toEqual([])
  })
})

test('at 320 pixels nothing scrolls sideways, and what is touched is large enough', async () => {
  await using opened = await openIn('#4f46e5', 'light', 320)
  const [sideways, small] = (await opened.page.evaluate(`[
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    [...document.querySelectorAll('.choice, .button, .download, nav a, .field > input')]
      .map((target) => [target.className || target.localName, target.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 44 || height < 44)
      .map(([name, { width, height }]) => name + ' ' + width + ' × ' + height),
  ]`)) as [number, string[]]
  expect(sideways).toBe(0)
  expect(small).toEqual([])
})
