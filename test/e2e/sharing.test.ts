import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, stillness } from './harness.ts'
import { newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const draft = {
  format: 1,
  pages: [
    {
      id: 'start',
      blocks: [
        {
          id: 'vote',
          type: 'poll',
          question: 'Shall we?',
          choices: [
            { id: 'yes', text: 'Yes' },
            { id: 'no', text: 'No' },
          ],
        },
      ],
    },
  ],
  theme: { accent: '#0f766e' },
}

let studio: Studio
let browser: Browser

beforeAll(async () => {
  studio = await openStudio()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

async function published(title: string): Promise<string> {
  const id = await newCapsule(studio, title, draft)
  await owner('POST', `/capsules/${id}/publication`)
  return id
}

async function owner<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${studio.origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${studio.demo.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  const text = await answer.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

async function faultsOf(page: Page): Promise<string[]> {
  await stillness(page)
  await page.waitForLoadState()
  await page.evaluate(axe)
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

test('an owner shares a private capsule by a link with a password, and ends it while it is open', async () => {
  const id = await published('For our investors')
  await using ours = await visitor(browser, { viewport: { width: 1280, height: 900 } })
  await using guest = await visitor(browser, { viewport: { width: 390, height: 800 } })
  await signIn(ours.page, studio, studio.demo)
  const { page } = ours
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}/sharing`)
  await page.getByLabel('Only share links open it').check()
  await page.getByText('Only share links open this capsule now.').waitFor()
  await page.getByRole('button', { name: 'New link' }).press('Enter')
  await page.getByLabel('Name').fill('Round A')
  await page.getByLabel('Ask for a password').check()
  await page.getByLabel('Password', { exact: true }).fill('open sesame')
  await page.getByRole('button', { name: 'Make the link' }).press('Enter')
  const link = await page.getByLabel('Link and QR code').inputValue()
  expect(link).toStartWith(`${studio.origin}/-/s/lnk_`)
  await page.keyboard.press('Escape')

  const visited = guest.page
  await visited.goto(link)
  await visited.getByLabel('Password').fill('open sesam')
  await visited.getByRole('button', { name: 'Open' }).click()
  await visited.getByText('This is not the password.').waitFor()
  await visited.waitForFunction("document.activeElement.id === 'asked'")
  await visited.getByLabel('Password').fill('open sesame')
  await visited.keyboard.press('Enter')
  await visited.getByRole('heading', { name: 'For our investors' }).waitFor()
  await visited.getByLabel('Yes').check()
  await visited.getByRole('button', { name: 'Vote' }).click()
  await visited.getByRole('group', { name: 'Your result' }).waitFor()

  await page.reload()
  await page.getByText('1 answer').waitFor()
  await page.getByRole('button', { name: 'Actions for the link “Round A”' }).click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByText('Revoked', { exact: true }).waitFor()
  await visited.getByRole('heading', { name: 'This page is private' }).waitFor()
  await visited.goto(link)
  await visited.getByText('This link has ended.').waitFor()
  expect([...ours.faults, ...guest.faults]).toEqual([])
}, 300_000)

test.each(['light', 'dark'] as const)(
  'every step of the gate is open to everybody, %s',
  async (colorScheme) => {
    const id = await published('A plan for few')
    await owner('PUT', `/capsules/${id}/access`, { private: true })
    const { url } = await owner<{ url: string }>('POST', `/capsules/${id}/links`, {
      name: 'Letter',
      password: 'open sesame',
      emailGate: { allow: ['example.com'], block: [] },
    })
    const email = `${colorScheme}@example.com`
    await using guest = await visitor(browser, {
      colorScheme,
      viewport: { width: 320, height: 700 },
      bypassCSP: true,
      javaScriptEnabled: true,
    })
    const { page } = guest
    await page.goto(url)
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel('Password').fill('open sesame')
    await page.keyboard.press('Enter')
    await page.getByLabel('Your e-mail address').fill(`${colorScheme}@other.test`)
    await page.keyboard.press('Enter')
    await page.getByText('This address may not open it.').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByLabel('Your e-mail address').fill(email)
    await page.keyboard.press('Enter')
    await page.getByLabel('Code').waitFor()
    expect(await faultsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    await page.getByLabel('Code').fill(await studio.letterTo(email, /^(\d{6})$/m))
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/a-plan-for-few/)
    await page.getByRole('heading', { name: 'A plan for few' }).waitFor()
  },
  300_000,
)

test('what a device kept of a public capsule is gone with the first look after it was closed', async () => {
  const id = await published('Open for a day')
  const { url } = await owner<{ url: string }>('GET', `/capsules/${id}`)
  await using guest = await visitor(browser)
  const { page } = guest
  await page.goto(url)
  const isKept = async (wanted: boolean) => {
    await page.waitForFunction(
      `caches.keys().then((names) => names.some((name) => name.startsWith('capsule ')) === ${wanted})`,
    )
  }
  await isKept(true)
  await owner('PUT', `/capsules/${id}/access`, { private: true })
  await page.getByRole('heading', { name: 'This page is private' }).waitFor()
  await isKept(false)
}, 300_000)

test('the studio’s dialogs for links have no fault that axe can find', async () => {
  const id = await published('Looked at')
  await owner('POST', `/capsules/${id}/links`, { name: 'One', emailGate: { allow: [], block: [] } })
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const
    await using ours = await visitor(browser, options)
    const { page } = ours
    await signIn(page, studio, studio.demo)
    await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}/sharing`)
    await page.locator('.rows li').first().waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'New link' }).click()
    await page.getByRole('dialog').waitFor()
    for (const name of ['Ask for a password', 'Ask for an e-mail address', 'End it at a time']) {
      await page.getByLabel(name).check()
    }
    expect(await faultsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    for (const name of ['Link and QR code', 'Who came', 'Edit …']) {
      await page.getByRole('button', { name: 'Actions for the link “One”' }).click()
      await page.getByRole('menuitem', { name }).click()
      await page.getByRole('dialog').waitFor()
      expect([name, ...(await faultsOf(page))]).toEqual([name])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  }
}, 300_000)
