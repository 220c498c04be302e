import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser, Frame, Page } from 'playwright-core'
import { openBrowser, stillness } from './harness.ts'
import { editorAddress, newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

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
  const post = async (path: string, body: unknown) => {
    const headers = { authorization, 'content-type': 'application/json' }
    const answer = await fetch(`${studio.origin}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect([path, answer.status]).toEqual([path, 201])
  }
  await post('/domains', { domain: 'pages.example.com' })
  await post('/invitations', { email: 'mary@example.com', role: 'editor' })
  await post('/webhooks', { url: 'https://hooks.example.com/', name: 'A list', events: ['response.created'] })
  const gate = { name: 'Customers', emailGate: { allow: ['example.com'], block: [] }, expiresAt: null, downloads: true }
  await post(`/capsules/${studio.demo.capsules[3]?.id}/links`, gate)
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
  ['new organization', () => '/../../new-organization', 'form'],
  ['members', () => '/members', '.rows li'],
  ['keys', () => '/keys', '.rows li'],
  ['notifications', () => '/notifications', 'select'],
  ['settings', () => '/settings', 'form'],
  ['account', () => '/account', '.rows li'],
  ['versions', (id) => `/capsules/${id}/versions`, '.rows li'],
  ['share links', (id) => `/capsules/${id}/sharing`, '.empty, .rows li'],
  ['responses', (id) => `/capsules/${id}/responses`, '.table td'],
  ['a webhook', () => '/notifications', '.rows li'],
  ['analytics', (id) => `/capsules/${id}/analytics`, '.tiles'],
  ['presenting', (id) => `/capsules/${id}/presenting`, '.desk'],
]

/** Presses one after the other what is named. */
const press =
  (...names: readonly string[]) =>
  async (page: Page) => {
    for (const name of names) {
      await page.getByRole('button', { name }).or(page.getByRole('menuitem', { name })).first().click()
    }
  }

/** Everything that opens over a screen. */
const dialogs: readonly (readonly [
  title: string,
  path: (id: string) => string,
  ready: string,
  open: (page: Page) => Promise<void>,
])[] = [
  ['Commands', () => '', '.card', (page) => page.keyboard.press('Control+k')],
  ['Keyboard shortcuts', () => '', '.card', (page) => page.keyboard.press('?')],
  ['Rename', () => '', '.card', press('Actions for', 'Rename')],
  ['Invite somebody', () => '/members', '.rows li', press('Invite somebody')],
  ['Remove', () => '/members', '.rows li', press('Remove')],
  ['New key', () => '/keys', '.rows li', press('New key')],
  ['Revoke', () => '/keys', '.rows li', press('Revoke')],
  ['New webhook', () => '/notifications', '.rows li', press('New webhook')],
  ['Remove', () => '/settings', 'details', press('Remove pages.example.com')],
  ['Delete the account', () => '/account', '.rows li', press('Delete the account')],
  [
    'New link',
    (id) => `/capsules/${id}/sharing`,
    '.rows li',
    async (page) => {
      await press('New link')(page)
      for (const name of ['Ask for a password', 'Ask for an e-mail address', 'End it at a time']) {
        await page.getByLabel(name).check()
      }
    },
  ],
  ['Customers', (id) => `/capsules/${id}/sharing`, '.rows li', press('Actions for', 'Link and QR code')],
  ['Who came', (id) => `/capsules/${id}/sharing`, '.rows li', press('Actions for', 'Who came')],
  ['Delete', (id) => `/capsules/${id}/sharing`, '.rows li', press('Actions for', 'Delete')],
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
  }, 300_000)

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
  }, 300_000)

  test('in every dialog', async () => {
    await using owner = await visitor(browser, options)
    const { page } = owner
    await signIn(page, studio, studio.demo)
    const id = studio.demo.capsules[3]?.id ?? ''
    for (const [name, path, ready, open] of dialogs) {
      const address = `${studio.origin}/studio/o/${studio.demo.organization}${path(id)}`
      if (page.url() !== address) await page.goto(address)
      await page.locator(ready).first().waitFor()
      await open(page)
      const dialog = page.getByRole('dialog', { name })
      await dialog.waitFor()
      expect([name, ...(await faultsOf(page))]).toEqual([name])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
  }, 300_000)

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
  }, 300_000)

  test('in what the editor asks: which file, which block, whose version, who one is', async () => {
    const blocks = [
      { id: 'a', type: 'heading', text: 'First' },
      { id: 'c', type: 'image', src: '/-/nothing' },
    ]
    const id = await newCapsule(studio, 'Asked', { format: 1, pages: [{ id: 'one', blocks }] })
    await using owner = await visitor(browser, options)
    const { page, canvas } = owner
    await signIn(page, studio, studio.demo)
    await page.goto(editorAddress(studio, id))
    await canvas.getByText('First').waitFor()
    await canvas.getByRole('button', { name: '+ Add a block' }).click()
    await page.getByRole('combobox').waitFor()
    expect(['adding', ...(await faultsOf(page))]).toEqual(['adding'])
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    await canvas.locator('[data-block-id=c]').click()
    // On a phone the panel comes up from below.
    const panel = page.getByRole('button', { name: 'Block', exact: true })
    if (await panel.isVisible()) await panel.click()
    await page.getByRole('button', { name: 'Choose from the library' }).click()
    const picker = page.getByRole('dialog', { name: 'Choose from the library' })
    await picker.getByText('The library has nothing of this kind yet.').waitFor()
    expect(['picker', ...(await faultsOf(page))]).toEqual(['picker'])
    await page.keyboard.press('Escape')
    await picker.waitFor({ state: 'detached' })

    const draft = `${studio.origin}/api/v1/capsules/${id}/draft`
    const key = { authorization: `Bearer ${studio.demo.apiKey}`, 'content-type': 'application/json', 'if-match': '*' }
    const changed = { format: 1, pages: [{ id: 'one', blocks: [{ ...blocks[0], text: 'Theirs' }] }] }
    expect((await fetch(draft, { method: 'PUT', headers: key, body: JSON.stringify(changed) })).status).toBe(200)
    const close = page.locator('aside[data-open="true"] .sheet-close')
    if (await close.isVisible()) await close.click()
    await canvas.locator('[data-block-id=a]').click()
    // In one piece: what is saved in the middle of it would bring the dialog before it is whole.
    await page.keyboard.insertText('Mine')
    const conflict = page.getByRole('dialog', { name: 'Somebody else changed this capsule' })
    await conflict.waitFor()
    expect(['conflict', ...(await faultsOf(page))]).toEqual(['conflict'])
    await conflict.getByRole('button', { name: 'Take theirs' }).click()
    await conflict.waitFor({ state: 'detached' })

    await page.context().clearCookies()
    await canvas.locator('[data-block-id=a]').click()
    await page.keyboard.insertText('Mine again')
    await page.getByRole('dialog', { name: 'Please sign in again' }).waitFor()
    expect(['expired', ...(await faultsOf(page))]).toEqual(['expired'])
  }, 300_000)
})
