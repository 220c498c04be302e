import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { Webhook as Receiver } from 'standardwebhooks'
import { faultsOf } from './axe.ts'
import { api, openBrowser, until } from './harness.ts'
import { memberWith, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

let studio: Studio
let browser: Browser

beforeAll(async () => {
  studio = await openStudio({ ENCAPSIFY_WEBHOOKS_PRIVATE: 'allow' })
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

test('a webhook is made, tested, told of a vote, and its log shows what was said', async () => {
  const heard: { headers: Record<string, string>; body: string }[] = []
  const waiting: (() => void)[] = []
  using receiver = Bun.serve({
    port: 0,
    async fetch(request) {
      heard.push({ headers: Object.fromEntries(request.headers), body: await request.text() })
      waiting.shift()?.()
      return new Response('received')
    },
  })
  const next = () => new Promise<void>((resolve) => waiting.push(resolve))
  await using owner = await visitor(browser, { bypassCSP: true })
  const { page, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.getByRole('link', { name: 'Notifications' }).click()
  await page.getByLabel('New answers').selectOption('day')
  await page.getByText('Saved').waitFor()
  await page.getByRole('button', { name: 'New webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What it is for').fill('Our CRM')
  await dialog.getByLabel('Address').fill('nonsense')
  await dialog.getByRole('button', { name: 'Make the webhook' }).click()
  await dialog.getByText('must be an address that begins with').waitFor()
  await dialog.getByLabel('Address').fill(receiver.url.href)
  await dialog.getByRole('button', { name: 'Make the webhook' }).click()
  const secret = await dialog.getByLabel('Secret').inputValue()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name: 'Our CRM' }).click()
  const tested = next()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await tested
  const voted = next()
  const { id } = studio.demo.capsules[0] ?? { id: '' }
  const block = await firstPoll(id)
  const answer = await fetch(`${studio.origin}/api/v1/capsules/${id}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: `vote-${crypto.randomUUID()}`, ...block }),
  })
  expect(answer.status).toBe(201)
  await voted
  const [test, vote] = heard.map(({ body, headers }) => new Receiver(secret).verify(body, headers) as { type: string })
  expect([test?.type, vote?.type]).toEqual(['webhook.test', 'response.created'])
  // What was answered is written down after the answer.
  const hook = new URL(page.url()).pathname.split('/').at(-1)
  const site = { origin: studio.origin, apiKey: studio.demo.apiKey }
  await until(
    () => api<{ items: unknown[] }>(site, 'GET', `/webhooks/${hook}/deliveries?state=delivered`),
    ({ items }) => items.length === 2,
  )
  await page.getByRole('button', { name: 'Look again' }).click()
  await page.getByText('Every answer').nth(1).waitFor()
  await page.locator('.delivery summary').first().click()
  await page.getByText('received').waitFor()
  expect(await page.getByLabel('Message').inputValue()).toContain('"response.created"')
  expect(await faultsOf(page)).toEqual([])
  expect(faults).toEqual([])
}, 300_000)

test('a viewer chooses letters and sees no webhooks', async () => {
  const viewer = await memberWith(studio, 'viewer')
  await using somebody = await visitor(browser)
  const { page } = somebody
  await signIn(page, studio, viewer)
  await page.getByRole('link', { name: 'Notifications' }).click()
  await page.getByLabel('New answers').selectOption('week')
  await page.getByText('Saved').waitFor()
  expect(await page.getByRole('button', { name: 'New webhook' }).count()).toBe(0)
}, 300_000)

/** The version and a valid answer to a poll of the capsule. */
async function firstPoll(id: string) {
  const headers = { authorization: `Bearer ${studio.demo.apiKey}` }
  const capsule = (await (await fetch(`${studio.origin}/api/v1/capsules/${id}`, { headers })).json()) as {
    publishedVersion: number
  }
  const version = capsule.publishedVersion
  const document = (await (
    await fetch(`${studio.origin}/api/v1/capsules/${id}/versions/${version}`, { headers })
  ).json()) as { pages: { blocks: { id: string; type: string; choices?: { id: string }[] }[] }[] }
  const poll = document.pages.flatMap(({ blocks }) => blocks).find(({ type }) => type === 'poll')
  return { version, block: poll?.id, value: [poll?.choices?.[0]?.id] }
}
