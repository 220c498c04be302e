import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { api, type Capsule, openBrowser, publish } from './harness.ts'
import { openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

// Three browsers and a server on a busy machine; what takes this long has failed, not waited.
setDefaultTimeout(120_000)

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

const documentOf = (heading: string) => ({
  format: 1,
  settings: { live: { people: true, reactions: true, questions: true } },
  pages: [
    {
      id: 'start',
      title: 'The offer',
      blocks: [
        { id: 'top', type: 'heading', text: heading },
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
    { id: 'plans', title: 'The plans', blocks: [{ id: 'said', type: 'heading', text: 'What it costs' }] },
  ],
})

const site = () => ({ ...studio, apiKey: studio.demo.apiKey }) as unknown as Parameters<typeof publish>[0]

/** Somebody whose page is live. */
async function visit({ url }: Capsule): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  const page = await context.newPage()
  const connected = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
  await page.goto(url)
  await connected
  return page
}

/** The owner at the desk, once the room is heard. */
async function atDesk(page: Page, { id }: Capsule): Promise<void> {
  await signIn(page, studio, studio.demo)
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}/presenting`)
  await page.getByRole('heading', { name: 'Present' }).waitFor()
}

/** When a page's text first holds something, on the browser's own clock: looked at as it changes, and so not late. */
async function saysWhen(page: Page, text: string): Promise<{ readonly seen: Promise<number> }> {
  await page.evaluate((wanted) => {
    const seen = new Promise<number>((resolve) => {
      const look = () => document.body.textContent.includes(wanted) && resolve(Date.now())
      new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
      look()
    })
    Object.assign(window, { seenAtMs: seen })
  }, text)
  return { seen: page.evaluate(() => (window as unknown as { seenAtMs: Promise<number> }).seenAtMs) }
}

/** Does something, and prints how long after it each page showed what came of it. */
async function seenByAll(what: string, pages: readonly (readonly [Page, string])[], act: () => Promise<unknown>) {
  const waits = await Promise.all(pages.map(([page, text]) => saysWhen(page, text)))
  await act()
  // What was done is done now: whoever was told before is counted as at once.
  const doneMs = Date.now()
  const seen = await Promise.all(waits.map(({ seen }) => seen))
  console.log(`${what}: seen by all ${Math.max(0, ...seen.map((ms) => ms - doneMs))} ms after it was done (bar: 1,000)`)
}

test('two visitors and an owner: a vote, a reaction and a publication appear for all; how soon is printed', async () => {
  const capsule = await publish(site(), 'Together', documentOf('Before'))
  await using owner = await visitor(browser)
  await atDesk(owner.page, capsule)
  const [one, other] = [await visit(capsule), await visit(capsule)]
  await owner.page.getByText('2 people here').waitFor()
  const everybody = [one, other, owner.page] as const

  await one.getByLabel('Left').check()
  const vote = one.getByRole('button', { name: 'Vote' })
  // Who has not answered sees no bars: the other one answers first, and is shown what comes.
  await other.getByLabel('Right').check()
  await other.getByRole('button', { name: 'Vote' }).click()
  await other.getByText('1 answer so far').waitFor()
  await owner.page.getByText('1 answer', { exact: true }).waitFor()
  await seenByAll(
    'a vote',
    [
      [one, '2 answers so far'],
      [other, '2 answers so far'],
      [owner.page, '2 answers'],
    ],
    () => vote.click(),
  )
  await seenByAll(
    'a reaction',
    everybody.map((page) => [page, '👏 1'] as const),
    () => one.getByRole('button', { name: 'Applause' }).click(),
  )
  await seenByAll(
    'a publication',
    [
      [one, 'After'],
      [other, 'After'],
      [owner.page, 'Which way now?'],
    ],
    async () => {
      const changed = documentOf('After')
      Object.assign(changed.pages[0]?.blocks[1] ?? {}, { question: 'Which way now?' })
      await api(site(), 'PUT', `/capsules/${capsule.id}/draft`, changed, { 'if-match': '*' })
      await api(site(), 'POST', `/capsules/${capsule.id}/publication`)
    },
  )
  expect(owner.faults).toEqual([])
  for (const page of [one, other]) await page.context().close()
})

test('an owner takes everybody from page to page, closes a poll, and shows a question', async () => {
  const capsule = await publish(site(), 'On stage', documentOf('Hello'))
  await using owner = await visitor(browser)
  await atDesk(owner.page, capsule)
  const one = await visit(capsule)
  await owner.page.getByText('1 person here').waitFor()
  await owner.page.getByRole('button', { name: 'Start presenting' }).click()
  await owner.page.getByText('1 of 2').waitFor()
  await owner.page.getByRole('button', { name: 'Close for answers' }).click()
  await one.getByText('The presenter has closed this for now.').waitFor()
  await owner.page.getByRole('button', { name: 'Open for answers' }).click()
  await one.getByText('The presenter has closed this for now.').waitFor({ state: 'hidden' })
  await owner.page.getByRole('button', { name: 'Next' }).click()
  await owner.page.getByText('2 of 2').waitFor()
  await one.getByRole('heading', { name: 'What it costs' }).waitFor()
  await owner.page.keyboard.press('ArrowLeft')
  await owner.page.getByText('1 of 2').waitFor()
  await one.getByRole('heading', { name: 'Hello' }).waitFor()

  await one.getByRole('button', { name: 'Questions' }).click()
  await one.getByLabel('Ask something').fill('Why now?')
  await one.getByRole('button', { name: 'Send' }).last().click()
  await one.getByText('once the owner has looked at it').waitFor()
  await owner.page.getByRole('button', { name: 'Show to everybody' }).click()
  await one.getByRole('button', { name: 'Questions 1' }).waitFor()
  await owner.page.getByRole('button', { name: 'Mark as answered' }).click()
  await owner.page.getByText('Answered', { exact: true }).waitFor()

  await owner.page.getByRole('button', { name: 'Stop presenting' }).click()
  await owner.page.getByRole('button', { name: 'Start presenting' }).waitFor()
  expect(owner.faults).toEqual([])
  await one.context().close()
})
