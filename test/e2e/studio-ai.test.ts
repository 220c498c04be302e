import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { type MockProvider, startMockProvider } from '../../modules/ai/testing/mock-provider.ts'
import { faultsOf } from './axe.ts'
import { openBrowser } from './harness.ts'
import { openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

// A browser on a machine that does other things too.
setDefaultTimeout(300_000)

let provider: MockProvider
let brought: MockProvider
let studio: Studio
let browser: Browser

beforeAll(async () => {
  provider = startMockProvider()
  brought = startMockProvider()
  studio = await openStudio({
    ENCAPSIFY_AI_PROVIDERS: JSON.stringify({
      providers: { mock: { url: provider.url } },
      models: {
        fast: { routes: [{ provider: 'mock', model: 'm' }] },
        wise: { routes: [{ provider: 'mock', model: 'n' }] },
      },
      prices: [{ provider: 'mock', model: 'm', input: 1_000, output: 2_000 }],
      own: { use: 'first', private: true },
    }),
  })
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
  provider?.close()
  brought?.close()
})

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** The demo's field guide; its last page but one has a chat. */
function guide() {
  const capsule = studio.demo.capsules.find(({ url }) => url.endsWith('/field-guide'))
  if (capsule === undefined) throw new Error('The demo has no field guide.')
  return capsule
}

test('an owner lets the chat ask for addresses; a visitor leaves one, and the owner reads what they asked', async () => {
  const chat = `${studio.origin}/studio/o/${studio.demo.organization}/capsules/${guide().id}/chat`
  await using owner = await visitor(browser, { bypassCSP: true, viewport: { width: 1280, height: 800 } })
  await signIn(owner.page, studio, studio.demo)
  await owner.page.goto(chat)
  await owner.page.getByRole('heading', { name: 'Nobody has asked yet' }).waitFor()
  await owner.page.getByLabel('Manner').fill('Warm, and short.')
  await owner.page.getByLabel('Questions to begin with').fill('What is a lux?\nHow bright is the moon?')
  await owner.page.getByLabel('When it has no answer').selectOption('email')
  await owner.page.getByRole('button', { name: 'Save' }).click()
  await owner.page.getByText('Saved').waitFor()

  await using somebody = await visitor(browser)
  const { page } = somebody
  await page.goto(`${guide().url}?page=outside`)
  await page.getByLabel('Your question').fill('What is a lux?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Helpful', exact: true }).click()
  await page.getByText('Thank you.').waitFor()
  await page.getByLabel('Your question').fill('Who won the football?')
  await page.keyboard.press('Enter')
  const address = page.getByLabel('Leave your e-mail address')
  await address.fill('ann@example.com')
  await address.press('Enter')
  await page.getByText('You will hear from us.').last().waitFor()
  expect(await address.count()).toBe(0)

  await owner.page.getByRole('button', { name: 'Refresh' }).click()
  await owner.page.getByRole('link', { name: 'ann@example.com' }).waitFor()
  expect(await owner.page.getByLabel('Manner').inputValue()).toBe('Warm, and short.')
  await owner.page.getByRole('radio', { name: 'With an address' }).check()
  await owner.page.getByRole('button', { name: 'What is a lux?' }).click()
  const dialog = owner.page.getByRole('dialog')
  await dialog.getByText('Who won the football?').waitFor()
  expect(await dialog.getByText('One lux is the light of one candle').count()).toBeGreaterThan(0)
  expect(await dialog.getByText('Quoted from the capsule · Helpful').count()).toBe(1)
  expect(await dialog.getByText('The capsule says nothing about it').count()).toBe(1)
  expect(await faultsOf(owner.page)).toEqual([])
  await owner.page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await owner.page.setViewportSize({ width: 390, height: 844 })
  await owner.page.emulateMedia({ colorScheme: 'dark' })
  // From the beginning: colours that were changed under way are still on their way.
  await owner.page.reload()
  await owner.page.getByRole('link', { name: 'ann@example.com' }).waitFor()
  expect(await sideways(owner.page)).toBe(0)
  expect(await faultsOf(owner.page)).toEqual([])
  expect(owner.faults).toEqual([])
})

test('without scripts an address is left by the same question', async () => {
  await using somebody = await visitor(browser, { javaScriptEnabled: false })
  const { page } = somebody
  await page.goto(`${guide().url}?page=outside`)
  await page.getByLabel('Your question').fill('Who won the football?')
  await page.getByLabel('Your question').press('Enter')
  const address = page.getByLabel('Leave your e-mail address')
  await address.fill('nobody at home')
  await page.getByRole('log').getByRole('button', { name: 'Send' }).click()
  // The browser's own check holds it back.
  expect(await address.inputValue()).toBe('nobody at home')
  await address.fill('bob@example.com')
  await page.getByRole('log').getByRole('button', { name: 'Send' }).click()
  await page.getByText('Thank you. You will hear from us.').waitFor()
  expect(await address.count()).toBe(0)
})

test('what AI costs is told, an organization has a budget, and a key its models', async () => {
  const ask = (model: string) =>
    fetch(`${studio.origin}/ai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${studio.demo.apiKey}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    })
  expect((await ask('fast')).status).toBe(200)
  await using owner = await visitor(browser, { bypassCSP: true, viewport: { width: 1280, height: 800 } })
  const { page, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.getByRole('link', { name: 'AI', exact: true }).click()
  await page.getByRole('heading', { name: 'Costs' }).waitFor()
  // The ledger is written in batches: what is not there yet is there at the next look.
  const cost = page.getByRole('region', { name: 'By model' }).getByText('$0.02')
  while ((await cost.count()) === 0) {
    const loaded = page.waitForResponse((answer) => answer.url().includes('/ai/costs'))
    await page.getByRole('button', { name: 'Refresh' }).click()
    await loaded
    await page.getByRole('heading', { name: 'Costs' }).waitFor()
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await page.getByLabel('Budget a month (USD)').fill('12,50')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  expect((await ask('fast')).status).toBe(200)
  await page.getByText('of US$12.50').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await page.getByText('of US$12.50').waitFor()
  expect(await sideways(page)).toBe(0)
  expect(await faultsOf(page)).toEqual([])

  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/keys`)
  await page.getByRole('button', { name: 'AI limits' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('fast').uncheck()
  expect(await faultsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect((await ask('wise')).status).toBe(200)
  expect((await ask('fast')).status).toBe(404)
  expect(faults).toEqual([])
})

test('an owner brings a provider: it is tried, answers the calls, shows no key, and goes again', async () => {
  await using owner = await visitor(browser, { bypassCSP: true, viewport: { width: 1280, height: 800 } })
  const { page, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/ai`)
  const part = page.getByRole('region', { name: 'Your own providers' })
  await part.getByRole('button', { name: 'Add a provider' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Ours')
  await dialog.getByLabel('Address').fill(brought.url)
  await dialog.getByLabel('API key').fill('sk-own-secret-1234')
  await dialog.getByLabel('Models it offers').fill('wise, 1, 2')
  brought.behave('unauthorized', 'answer')
  await dialog.getByRole('button', { name: 'Test' }).click()
  await dialog.getByText('It does not take the key (status 401)').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Test' }).click()
  await dialog.getByText('wise answered in').waitFor()
  // What was found out about one address is not said of another.
  await dialog.getByLabel('Address').fill('https://elsewhere.example/v1')
  await dialog.getByText('wise answered in').waitFor({ state: 'detached' })
  await dialog.getByLabel('Address').fill(brought.url)
  await dialog.getByText('wise answered in').waitFor()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await part.getByText('Key …1234').waitFor()
  expect(await page.content()).not.toContain('own-secret')
  // The key of the demo may ask this one: the operator has it too, and comes second.
  const asked = await fetch(`${studio.origin}/ai/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${studio.demo.apiKey}` },
    body: JSON.stringify({ model: 'wise', messages: [{ role: 'user', content: 'Hi' }] }),
  })
  expect([asked.status, brought.requests.at(-1)?.headers.get('authorization')]).toEqual([
    200,
    'Bearer sk-own-secret-1234',
  ])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.reload()
  await part.getByText('Key …1234').waitFor()
  expect(await sideways(page)).toBe(0)
  expect(await faultsOf(page)).toEqual([])
  await part.getByRole('button', { name: 'What to do with Ours' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await dialog.waitFor({ state: 'detached' })
  await part.getByText('Key …1234').waitFor({ state: 'detached' })
  expect(faults).toEqual([])
})
