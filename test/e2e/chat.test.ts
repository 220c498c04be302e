import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { api, openBrowser, openSite, type Site, stillness } from './harness.ts'

// A browser on a machine that does other things too.
setDefaultTimeout(300_000)

let site: Site
let browser: Browser

beforeAll(async () => {
  site = await openSite()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

/** The demo's field guide; its last page but one asks what the visitor would like to know. */
function guide() {
  const capsule = site.capsules.find(({ url }) => url.endsWith('/field-guide'))
  if (capsule === undefined) throw new Error('The demo has no field guide.')
  return capsule
}

async function visit(options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  await page.goto(`${guide().url}?page=outside`)
  return { page, context, [Symbol.asyncDispose]: () => context.close() }
}

/** Asks, and waits for the whole answer: the thumbs come with it. */
async function ask(page: Page, question: string): Promise<string | null> {
  const turns = page.locator('.turn:has(.rate)')
  const before = await turns.count()
  await page.getByLabel('Your question').fill(question)
  await page.keyboard.press('Enter')
  await turns.nth(before).waitFor()
  return turns.nth(before).locator('.reply').textContent()
}

/** A thumb for the last answer; what was said before it is written down by then. */
async function thank(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Helpful', exact: true }).last().press('Space')
  await page.getByText('Thank you.').waitFor()
}

async function conversations(id: string) {
  const list = await api<{ items: { id: string; turns: number }[] }>(site, 'GET', `/ai/chats/${id}/conversations`)
  return list.items
}

describe('a chat', () => {
  test('answers three questions, and a citation leads to the block on its page and marks it', async () => {
    await using visited = await visit()
    const { page } = visited
    expect(await ask(page, 'How bright is a full moon?')).toContain('0.3 lux')
    expect(await ask(page, 'Which window is good for painters?')).toContain('Good for painters and screens')
    expect(await ask(page, 'Who won the football?')).toBe('This page does not say anything about that.')
    const leave = page.getByRole('link', { name: 'Leave us a word instead' })
    expect(await leave.getAttribute('href')).toEndWith('#walk')
    await page.locator('.turn').first().locator('a.cite[href$="#lux-text"]').click()
    await page.waitForURL(/page=measure#lux-text$/)
    const marked = page.locator(':target')
    expect(await marked.textContent()).toContain('One lux is the light of one candle')
    expect(await marked.evaluate((block) => getComputedStyle(block).boxShadow)).not.toBe('none')
    const top = await marked.evaluate((block) => block.getBoundingClientRect().top)
    expect(top).toBeWithin(0, 720)
    // Back again, the conversation still stands there, and goes on.
    await page.goto(`${guide().url}?page=outside`)
    await page.locator('.turn:has(.rate)').nth(2).waitFor()
    expect(await ask(page, 'What is a lux?')).toContain('light of one candle')
    await thank(page)
    expect((await conversations(guide().id))[0]?.turns).toBe(4)
  })

  test('is used by keyboard alone: a starter, a thumb, a citation of the same page', async () => {
    await using visited = await visit()
    const { page } = visited
    await page.getByRole('button', { name: 'What is a lux?' }).focus()
    await page.keyboard.press('Enter')
    await thank(page)
    const [newest] = await conversations(guide().id)
    const read = await api<{ items: { question: string; rating: number | null }[] }>(
      site,
      'GET',
      `/ai/conversations/${newest?.id}`,
    )
    expect(read.items).toMatchObject([{ question: 'What is a lux?', rating: 1 }])
    expect(await ask(page, 'Which Saturday walk to the lighthouse?')).not.toContain('does not say')
    const here = page.locator('a.cite[href^="#"]').first()
    const id = (await here.getAttribute('href'))?.slice(1) ?? ''
    await here.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction((id) => document.activeElement?.id === id, id)
  })

  test('says whole answers to a screen reader once, and has no fault that axe finds', async () => {
    await using visited = await visit({ viewport: { width: 320, height: 640 } })
    const { page } = visited
    await ask(page, 'What is a lux?')
    const log = page.getByRole('log', { name: 'Conversation' })
    expect(await log.locator('[aria-hidden="true"].reply').count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    // The page's policy refuses axe as it refuses every foreign script.
    await stillness(page)
    await page.evaluate(axe.source)
    const faults = await page.evaluate("axe.run('.chat').then(({ violations }) => violations.map(({ id }) => id))")
    expect(faults).toEqual([])
  })

  test('says clearly when it was asked enough, and keeps the question', async () => {
    const { id } = guide()
    const usual = await api<object>(site, 'GET', `/ai/chats/${id}`)
    await api(site, 'PUT', `/ai/chats/${id}`, { ...usual, questionsOfVisitorAnHour: 1 })
    try {
      await using visited = await visit()
      const { page } = visited
      await ask(page, 'What is a lux?')
      await page.getByLabel('Your question').fill('And a candle?')
      await page.keyboard.press('Enter')
      await page.getByText('at most 1 an hour are answered').waitFor()
      expect(await page.getByLabel('Your question').inputValue()).toBe('And a candle?')
    } finally {
      await api(site, 'PUT', `/ai/chats/${id}`, usual)
    }
  })

  test('works without scripts: questions, the conversation, thumbs', async () => {
    await using visited = await visit({ javaScriptEnabled: false })
    const { page } = visited
    const field = page.getByLabel('Your question')
    await field.fill('How bright is a full moon?')
    await field.press('Enter')
    await page.getByText('This is what the page says').waitFor()
    expect(await page.locator('.turn').textContent()).toContain('0.3 lux')
    await field.fill('Who won the football?')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('does not say anything').waitFor()
    expect(await page.locator('.turn').count()).toBe(2)
    await page.getByRole('button', { name: 'Not helpful' }).last().click()
    await page.locator('[aria-pressed="true"]').waitFor()
    expect((await conversations(guide().id))[0]?.turns).toBe(2)
    await page.getByRole('link', { name: 'Source 1' }).first().click()
    await page.waitForURL(/page=measure#/)
  })

  test('costs a page without one nothing, and a page with one at most 14 KB of script', async () => {
    const scripts = async (url: string) => {
      const context = await browser.newContext()
      const page = await context.newPage()
      // One visit in some measures how quick it is; this one does not.
      await page.addInitScript(() => {
        Math.random = () => 0.9
      })
      const loaded: Promise<number>[] = []
      page.on('requestfinished', (request) => {
        if (request.url().endsWith('.js')) loaded.push(request.sizes().then((sizes) => sizes.responseBodySize))
      })
      await page.goto(url, { waitUntil: 'networkidle' })
      const sizes = await Promise.all(loaded)
      await context.close()
      return sizes
    }
    expect(await scripts(`${guide().url}?page=measure`)).not.toBeEmpty()
    const sizes = await scripts(`${guide().url}?page=outside`)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeWithin(1, 14_000)
    expect(await (await fetch(guide().url)).text()).not.toContain('/chat-')
  })
})
