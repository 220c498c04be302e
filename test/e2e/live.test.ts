import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { demo, freePort, type Served, serve } from '../binary/server.ts'
import { api, type Capsule, openBrowser, publish, type Site } from './harness.ts'

// Two browsers and a server on a busy machine; what takes this long has failed, not waited.
setDefaultTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'encapsify-live-'))
const port = freePort()
const env = { PORT: String(port), ENCAPSIFY_URL: `http://localhost:${port}` }
let server: Served
let site: Site
let browser: Browser

beforeAll(async () => {
  const { apiKey, capsules } = await demo(folder, { env })
  server = await serve({ folder, port, env })
  site = { origin: server.origin, apiKey, capsules, async [Symbol.asyncDispose]() {} }
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const documentOf = (heading: string, more: object[] = []) => ({
  format: 1,
  settings: { live: { people: true, reactions: true, questions: true } },
  pages: [
    {
      id: 'start',
      title: 'Together',
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
        { id: 'lead', type: 'form', fields: [{ id: 'name', kind: 'text', label: 'Your name' }] },
        ...more,
      ],
    },
    { id: 'next', title: 'The next step', blocks: [{ id: 'said', type: 'heading', text: 'Said on stage' }] },
  ],
})

/** A visitor whose page is live. */
async function visit({ url }: Capsule, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const connected = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
  await page.goto(url)
  await connected
  return page
}

async function visitors(capsule: Capsule) {
  const pages = [await visit(capsule), await visit(capsule)] as const
  const close = async () => {
    for (const page of pages) await page.context().close()
  }
  return { pages, [Symbol.asyncDispose]: close }
}

async function republish(capsule: Capsule, document: unknown): Promise<void> {
  await api(site, 'PUT', `/capsules/${capsule.id}/draft`, document, { 'if-match': '*' })
  await api(site, 'POST', `/capsules/${capsule.id}/publication`)
}

async function vote(page: Page, choice: string): Promise<void> {
  await page.getByLabel(choice).check()
  await page.getByRole('button', { name: 'Vote' }).click()
}

describe('two visitors', () => {
  test('see each other, and a vote of one in the bars of the other', async () => {
    const capsule = await publish(site, 'Together', documentOf('Hello'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await one.getByText('2 people here').waitFor()
    await vote(one, 'Left')
    await one.getByText('1 answer so far').waitFor()
    await vote(other, 'Right')
    await one.getByText('2 answers so far').waitFor()
    const right = one.locator('li[data-choice=right]')
    await right.locator('b', { hasText: /^50%$/ }).waitFor()
    expect(await right.locator('rect').getAttribute('width')).toBe('50%')
  })

  test('see each reaction', async () => {
    const capsule = await publish(site, 'Applause', documentOf('Hello'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await one.getByRole('button', { name: 'Applause' }).click()
    await other.getByText('👏 1').waitFor()
  })
})

describe('a publication', () => {
  test('appears for both, and takes nothing from who is typing or has answered', async () => {
    const capsule = await publish(site, 'Edited', documentOf('Before'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await vote(other, 'Left')
    await other.getByText('1 answer so far').waitFor()
    await one.getByLabel('Your name').pressSequentially('Ada Love')
    await republish(capsule, documentOf('After', [{ id: 'new', type: 'columns', columns: [[], []] }]))
    await one.getByRole('heading', { name: 'After' }).waitFor()
    await other.getByRole('heading', { name: 'After' }).waitFor()
    await one.keyboard.type('lace')
    expect(await one.getByLabel('Your name').inputValue()).toBe('Ada Lovelace')
    await other.getByText('1 answer so far').waitFor()
    // What was begun before the publication is sent, and counts.
    await one.getByRole('button', { name: 'Send' }).click()
    await one.getByText('Your answer has been sent.').waitFor()
    await vote(one, 'Right')
    await other.getByText('2 answers so far').waitFor()
  })

  test('is seen in a second browser that has the capsule open, without loading it again; how soon is printed', async () => {
    const capsule = await publish(site, 'Seen', documentOf('Before'))
    const page = await visit(capsule)
    const requests: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest()) requests.push(request.url())
    })
    // It looks before anything is published: what comes between would be seen by nobody.
    const seen = await page.evaluateHandle(() => ({
      at: new Promise<number>((resolve) => {
        const look = () => document.querySelector('main h2')?.textContent === 'After' && resolve(Date.now())
        new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
      }),
    }))
    await republish(capsule, documentOf('After'))
    const versions = await api<{ items: { number: number; publishedAt: number }[] }>(
      site,
      'GET',
      `/capsules/${capsule.id}/versions`,
    )
    const publishedAtMs = versions.items[0]?.publishedAt ?? Number.NaN
    const seenAtMs = await seen.evaluate(({ at }) => at)
    console.log(`seen ${seenAtMs - publishedAtMs} ms after the publication (bar: 1,000)`)
    expect(await page.getByText('Before').count()).toBe(0)
    expect(requests).toEqual([])
    // Who opens it now gets the same, whatever lies in caches on the way.
    await page.reload()
    await page.getByRole('heading', { name: 'After' }).waitFor()
    await page.context().close()
  })

  test('that brings a poll brings what makes it lively, and its style', async () => {
    const plain = { format: 1, pages: [{ id: 'start', blocks: [{ id: 'top', type: 'heading', text: 'Plain' }] }] }
    const capsule = await publish(site, 'Plain', plain)
    // What a worker fetches passes the test by.
    const one = await visit(capsule, { serviceWorkers: 'block' })
    const asked = Promise.withResolvers<void>()
    const given = Promise.withResolvers<void>()
    await one.route('**/poll-*.js', async (route) => {
      asked.resolve()
      await given.promise
      await route.continue()
    })
    await republish(capsule, documentOf('Lively'))
    // What cannot be used yet is not shown yet.
    await asked.promise
    expect(await one.getByRole('heading', { name: 'Lively' }).count()).toBe(0)
    given.resolve()
    await vote(one, 'Left')
    await one.getByText('1 answer so far').waitFor()
    expect(await one.locator('ul.bars').evaluate((list) => getComputedStyle(list).display)).toBe('grid')
    expect(new URL(one.url()).search).toBe('')
    await one.context().close()
  })

  test('taken back is said, and what is there may be read on', async () => {
    const capsule = await publish(site, 'Taken back', documentOf('Here'))
    const page = await visit(capsule)
    await api(site, 'DELETE', `/capsules/${capsule.id}/publication`)
    await page.getByText('no longer published').waitFor()
    await page.getByRole('heading', { name: 'Here' }).waitFor()
    await page.context().close()
  })
})

describe('a presenter', () => {
  const stage = (capsule: Capsule, body: object) => api(site, 'PUT', `/capsules/${capsule.id}/stage`, body)

  test('takes everybody along, who comes later too, and lets go', async () => {
    const capsule = await publish(site, 'On stage', documentOf('Before the talk'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await other.getByLabel('Your name').fill('Ada')
    await stage(capsule, { page: 'next' })
    await one.getByRole('heading', { name: 'Said on stage' }).waitFor()
    await one.waitForURL((url) => url.search === '?page=next')
    // Who is writing is asked first.
    await other.getByRole('button', { name: 'Follow' }).click()
    await other.getByRole('heading', { name: 'Said on stage' }).waitFor()
    const late = await visit(capsule)
    await late.getByRole('heading', { name: 'Said on stage' }).waitFor()
    await stage(capsule, { page: 'start', closed: ['vote'] })
    await late.getByText('The presenter has closed this for now.').waitFor()
    await late.getByRole('button', { name: 'Vote', disabled: true }).waitFor()
    await api(site, 'DELETE', `/capsules/${capsule.id}/stage`)
    await vote(late, 'Left')
    await late.getByText('1 answer so far').waitFor()
    await late.context().close()
  })

  test('shows a question once it was looked at, and others vote for it', async () => {
    const capsule = await publish(site, 'Questions', documentOf('Ask'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await one.getByRole('button', { name: 'Questions' }).click()
    await one.getByLabel('Ask something').fill('Why <b>now</b>?')
    await one.getByRole('button', { name: 'Send' }).last().click()
    await one.getByText('once the owner has looked at it').waitFor()
    const list = await api<{ items: { id: string }[] }>(site, 'GET', `/capsules/${capsule.id}/questions?state=waiting`)
    await api(site, 'PATCH', `/capsules/${capsule.id}/questions/${list.items[0]?.id}`, { state: 'shown' })
    await other.getByRole('button', { name: 'Questions 1' }).click()
    await other.getByRole('button', { name: /^Vote for: Why <b>now<\/b>\?/ }).click()
    await one.getByText('▲ 1').waitFor()
  })
})

describe('a cut', () => {
  test('while the server was away, a publication and a vote happened: both appear, and nothing begun is lost', async () => {
    const capsule = await publish(site, 'Cut', documentOf('Before the cut'))
    await using both = await visitors(capsule)
    const [one, other] = both.pages
    await vote(other, 'Left')
    await other.getByText('1 answer so far').waitFor()
    await one.getByLabel('Your name').fill('Grace')
    await server.stop('SIGTERM')
    server = await serve({ folder, port, env })
    await republish(capsule, documentOf('After the cut'))
    await one.getByRole('heading', { name: 'After the cut' }).waitFor()
    expect(await one.getByLabel('Your name').inputValue()).toBe('Grace')
    await vote(one, 'Left')
    await other.getByText('2 answers so far').waitFor()
  })
})
