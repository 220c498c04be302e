import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Locator } from 'playwright-core'
import { openBrowser } from './harness.ts'
import { memberWith, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

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

/** What a newcomer has to find and do before anything comes of it. */
const interactionsMax = 25

test('a newcomer signs up, makes a capsule of a template, publishes it, and sees the first answer', async () => {
  await using newcomer = await visitor(browser)
  const { page, canvas, faults } = newcomer
  let interactions = 0
  const click = async (target: Locator) => {
    interactions++
    await target.click()
  }
  const fill = async (target: Locator, text: string) => {
    interactions++
    await target.fill(text)
  }
  const type = async (text: string) => {
    interactions++
    await page.keyboard.type(text)
  }
  await page.goto(`${studio.origin}/studio`)
  await click(page.getByRole('link', { name: 'Sign up' }))
  await fill(page.getByLabel('Your name'), 'Ada Lovelace')
  await fill(page.getByLabel('E-mail address'), 'ada@example.com')
  await fill(page.getByLabel('Password'), 'a sentence as password')
  await click(page.getByRole('button', { name: 'Sign up' }))
  await fill(page.getByLabel('Name of the organization'), 'Analytical Engines')
  await click(page.getByRole('button', { name: 'Create it' }))
  await page.getByText('Your first capsule is three steps away').waitFor()
  await click(page.getByRole('link', { name: 'New capsule' }))
  await click(page.getByRole('button', { name: 'Case study' }))
  await click(canvas.locator('.text').first())
  await canvas.locator('.ProseMirror-focused').waitFor()
  await type('Begun by Ada. ')
  await click(canvas.getByRole('button', { name: '+ Add a block' }))
  await click(page.getByRole('option', { name: 'Poll' }))
  await canvas.locator('legend:focus').waitFor()
  await type('Shall we build it?')
  await click(page.getByRole('button', { name: 'Publish', exact: true }))
  await click(page.getByRole('button', { name: 'Publish now' }))
  const link = page.getByRole('link', { name: 'Open the page' })
  const opened = page.waitForEvent('popup')
  await click(link)
  const published = await opened
  await published.getByText('Begun by Ada.').waitFor()
  await click(published.getByLabel('Yes'))
  await click(published.getByRole('button', { name: 'Vote' }).last())
  await published.getByText('1 answer so far').waitFor()
  await click(page.getByRole('button', { name: 'Close' }).first())
  await click(page.getByRole('button', { name: 'More' }))
  await click(page.getByRole('menuitem', { name: 'Responses' }))
  await page.getByRole('heading', { name: 'Shall we build it?' }).waitFor()
  await page.getByText('1 · 100%').waitFor()
  expect(interactions).toBeLessThanOrEqual(interactionsMax)
  expect(faults).toEqual([])
}, 300_000)

test('somebody new looks around in a capsule about capsules, which is theirs to change and to publish', async () => {
  await using newcomer = await visitor(browser)
  const { page, canvas, faults } = newcomer
  await page.goto(`${studio.origin}/studio/sign-up`)
  await page.getByLabel('Your name').fill('Mary Somerville')
  await page.getByLabel('E-mail address').fill('mary@example.com')
  await page.getByLabel('Password').fill('a sentence as password')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByLabel('Name of the organization').fill('Connexion')
  await page.getByRole('button', { name: 'Create it' }).click()
  await page.getByRole('button', { name: 'Look around: the tour' }).click()
  await canvas.getByText('This is a capsule').waitFor()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('button', { name: 'Publish now' }).click()
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Open the page' }).click()
  const published = await opened
  await published.getByRole('heading', { name: 'This is a capsule' }).waitFor()
  for (const [button, title] of [
    ['What it is made of', 'Everything is a block'],
    ['Two small questions', 'A quiz about what you just read'],
  ] as const) {
    await published.getByText(button).click()
    await published.getByRole('heading', { name: title }).waitFor()
  }
  await page.goto(`${studio.origin}/studio`)
  await page.getByRole('link', { name: 'The tour' }).waitFor()
  expect(await page.getByRole('button', { name: 'Look around: the tour' }).count()).toBe(0)
  expect(faults).toEqual([])
}, 300_000)

describe('the entrance', () => {
  test('a wrong password says so, and where one wanted to go is where one arrives', async () => {
    await using somebody = await visitor(browser)
    const { page } = somebody
    await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/members`)
    await page.getByLabel('E-mail address').fill(studio.demo.email)
    await page.getByLabel('Password').fill('something else')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The e-mail address or the password is wrong.').waitFor()
    await page.getByLabel('Password').fill(studio.demo.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Members' }).waitFor()
  }, 300_000)

  test('a forgotten password is set anew by the link in a letter', async () => {
    const who = await memberWith(studio, 'editor')
    await using somebody = await visitor(browser)
    const { page } = somebody
    await page.goto(`${studio.origin}/studio/sign-in`)
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'A new password' }).waitFor()
    await page.getByLabel('E-mail address').fill(who.email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('Look at your inbox').waitFor()
    const token = await studio.letterTo(who.email, /reset\?token=([\w.%-]+)/)
    await page.goto(`${studio.origin}/studio/reset?token=${token}`)
    await page.getByLabel('New password').fill('another sentence entirely')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('Your new password is set.').waitFor()
    await signIn(page, studio, { email: who.email, password: 'another sentence entirely' })
  }, 300_000)
})

describe('the list of capsules', () => {
  test('is searched and filtered; a deletion is undone', async () => {
    await using owner = await visitor(browser)
    const { page } = owner
    await signIn(page, studio, studio.demo)
    const cards = page.locator('.card')
    await page.getByRole('searchbox').fill('daylight')
    await page.getByRole('link', { name: 'A field guide to daylight' }).waitFor()
    // Alone: until then it is the list of before, with the same link in it.
    await cards.nth(1).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Actions for A field guide to daylight' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('is back').waitFor()
    await page.getByRole('link', { name: 'A field guide to daylight' }).waitFor()
    await page.getByRole('searchbox').fill('nothing is called this')
    await page.getByText('No capsule fits').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await cards.nth(3).waitFor()
  }, 300_000)
})

describe('the settings', () => {
  test('give an owner everything in one archive, and a viewer nothing', async () => {
    await using owner = await visitor(browser)
    const { page } = owner
    await signIn(page, studio, studio.demo)
    await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/settings`)
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download everything' }).click()
    const download = await coming
    expect(download.suggestedFilename()).toMatch(/^northlight-\d{4}-\d\d-\d\d\.tar$/)
    const tar = Bun.spawnSync(['tar', '-tf', await download.path()])
    expect(tar.stderr.toString()).toBe('')
    const paths = tar.stdout.toString().trim().split('\n')
    expect(paths[0]).toBe('organization.json')
    expect(paths.filter((path) => path.endsWith('/responses.csv')).length).toBeGreaterThan(3)
    expect(paths.at(-1)).toBe('manifest.json')

    await using other = await visitor(browser)
    await signIn(other.page, studio, await memberWith(studio, 'viewer'))
    await other.page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/settings`)
    await other.page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await other.page.getByRole('button', { name: 'Download everything' }).count()).toBe(0)
    expect(await other.page.evaluate(async () => (await fetch('/api/v1/organization/export')).status)).toBe(403)
  }, 300_000)
})

test('German is another catalogue of the same words', async () => {
  await using owner = await visitor(browser, { locale: 'de-DE' })
  const { page } = owner
  await page.goto(`${studio.origin}/studio`)
  await page.getByRole('heading', { name: 'Willkommen zurück' }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
}, 300_000)
