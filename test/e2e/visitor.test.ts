import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { branchingDocument } from '../fixtures/branching.ts'
import { api, type Capsule, openBrowser, openSite, publish, type Site } from './harness.ts'

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

/** A browser of its own on a capsule of its own. */
async function visit(options: BrowserContextOptions = {}) {
  const capsule = await publish(site, 'Which way', branchingDocument)
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(capsule.url)
  return { page, context, capsule, [Symbol.asyncDispose]: () => context.close() }
}

async function answersTo({ id }: Capsule): Promise<{ block: string; value: unknown }[]> {
  const list = await api<{ items: { block: string; value: unknown }[] }>(site, 'GET', `/capsules/${id}/responses`)
  return list.items.map(({ block, value }) => ({ block, value }))
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '')
const tabTo = async (page: Page, name: string) => {
  for (let n = 0; n < 40; n++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(
      () => document.activeElement?.closest('label')?.textContent ?? document.activeElement?.textContent,
    )
    if (label?.trim() === name) return
  }
  throw new Error(`The keyboard does not reach "${name}".`)
}

describe('by keyboard alone', () => {
  test('a poll is answered, its result has the focus, and the choice leads on', async () => {
    await using visited = await visit()
    const { page, capsule } = visited
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the content')
    await tabTo(page, 'Left')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'Vote')
    await page.keyboard.press('Enter')
    await page.getByText('1 answer so far').waitFor()
    expect(await focused(page)).toContain('Which way?')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Continue')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'The right way' }).waitFor()
    expect(await answersTo(capsule)).toEqual([{ block: 'vote', value: ['right'] }])
  })

  test('a quiz shows what was right and why, only afterwards, and its score leads on', async () => {
    await using visited = await visit()
    const { page } = visited
    expect(await page.content()).not.toContain('fingers')
    await tabTo(page, 'Four')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('You have 0 of 1 right').waitFor()
    expect(await focused(page)).toContain('Not quite. Right is: FourCount on your fingers.')
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'The left way' }).waitFor()
  })
})

describe('a form', () => {
  test('tells faults beside their fields, with the focus in the first; corrected, it is sent', async () => {
    await using visited = await visit()
    const { page, capsule } = visited
    await page.locator('form.form').evaluate((form: HTMLFormElement) => {
      form.noValidate = true
    })
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Your e-mail').fill('ada@')
    await page.getByRole('button', { name: 'Send' }).click()
    const mail = page.getByLabel('Your e-mail')
    await page.getByText('Please look at what is marked').waitFor()
    expect(await mail.getAttribute('aria-invalid')).toBe('true')
    const described = await mail.getAttribute('aria-describedby')
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain('such as name@example.com')
    expect(await mail.evaluate((control) => control === document.activeElement)).toBe(true)
    await mail.fill('ada@example.com')
    await page.getByLabel('Many').check()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Your answer has been sent.').waitFor()
    expect(await answersTo(capsule)).toEqual([
      { block: 'lead', value: { name: 'Ada', mail: 'ada@example.com', size: 'many' } },
    ])
  })
})

describe('when sending fails', () => {
  test('the same answer goes again under the same id and counts once, even when the first one had arrived', async () => {
    await using visited = await visit()
    const { page, capsule } = visited
    const ids: string[] = []
    await page.route('**/responses', async (route) => {
      ids.push((route.request().postDataJSON() as { id: string }).id)
      if (ids.length > 1) return route.continue()
      // It arrives and is stored; the acknowledgement is lost.
      await route.fetch()
      return route.abort('connectionreset')
    })
    await page.getByLabel('Left').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('1 answer so far').waitFor()
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1])
    expect(await answersTo(capsule)).toHaveLength(1)
  })

  test('after a reload the same answer has the same id still', async () => {
    await using visited = await visit()
    const { page, capsule } = visited
    const ids: string[] = []
    const first = Promise.withResolvers<void>()
    let isLost = true
    await page.route('**/responses', async (route) => {
      ids.push((route.request().postDataJSON() as { id: string }).id)
      if (!isLost) return route.continue()
      if (ids.length === 1) await route.fetch()
      await route.abort('connectionreset')
      first.resolve()
    })
    await page.getByLabel('Left').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await first.promise
    // However long that takes: what is tried again meanwhile is lost too.
    await page.reload()
    isLost = false
    await page.getByLabel('Left').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('1 answer so far').waitFor()
    expect(new Set(ids).size).toBe(1)
    expect(await answersTo(capsule)).toHaveLength(1)
  })

  test('offline the answer is kept, and goes under its id once there is a connection', async () => {
    await using visited = await visit()
    const { page, context, capsule } = visited
    const ids: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/responses')) ids.push((request.postDataJSON() as { id: string }).id)
    })
    await page.getByLabel('Left').check()
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('kept on this device').waitFor()
    await context.setOffline(false)
    await page.getByText('1 answer so far').waitFor()
    expect(new Set(ids).size).toBe(1)
    expect(await answersTo(capsule)).toHaveLength(1)
  })

  test('a second answer where one counts is refused with the way to the first', async () => {
    await using visited = await visit()
    const { page, capsule } = visited
    for (const way of ['Left', 'Right']) {
      await page.goto(capsule.url)
      await page.getByLabel(way).check()
      await page.getByRole('button', { name: 'Vote' }).click()
      await page.getByText(way === 'Left' ? '1 answer so far' : 'See your result').waitFor()
    }
    await page.getByRole('link', { name: 'See your result' }).click()
    await page.getByText('You had answered this before').waitFor()
    expect(await answersTo(capsule)).toEqual([{ block: 'vote', value: ['left'] }])
  })
})

describe('without scripts', () => {
  const plain = { javaScriptEnabled: false }

  test('a poll is answered once however often it is sent, and leads on', async () => {
    await using visited = await visit(plain)
    const { page, capsule } = visited
    await page.getByLabel('Right').check()
    await page.getByRole('button', { name: 'Vote' }).dblclick()
    await page.getByText('1 answer so far').waitFor()
    await page.goto(capsule.url)
    await page.getByLabel('Right').check()
    await page.getByRole('button', { name: 'Vote' }).click()
    await page.getByText('1 answer so far').waitFor()
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'The right way' }).waitFor()
    expect(await answersTo(capsule)).toEqual([{ block: 'vote', value: ['right'] }])
  })

  test('a refused form keeps what was typed and tells the fault', async () => {
    await using visited = await visit(plain)
    const { page, capsule } = visited
    await page.getByLabel('Your name').fill('Ada "L" <b>')
    await page.getByLabel('Your e-mail').fill('ada@example')
    await page.getByLabel('A few').check()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('such as name@example.com').waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ada "L" <b>')
    expect(await page.getByLabel('A few').isChecked()).toBe(true)
    await page.getByLabel('Your e-mail').fill('ada@example.com')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Your answer has been sent.').waitFor()
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'The left way' }).waitFor()
    expect(await answersTo(capsule)).toHaveLength(1)
  })

  test('inside a frame of another site, which keeps no cookie, the answer counts and the result shows', async () => {
    await using visited = await visit(plain)
    const { page, capsule } = visited
    await using host = framing(capsule.url)
    await page.goto(host.url)
    const frame = page.frameLocator('iframe')
    await frame.getByLabel('Four').check()
    await frame.getByRole('button', { name: 'Check my answers' }).click()
    await frame.getByText('You have 1 of 1 right').waitFor()
    expect(await answersTo(capsule)).toEqual([{ block: 'quiz', value: { sum: ['four'] } }])
  })
})

test('on paper there is content and nothing to press', async () => {
  await using visited = await visit()
  const { page } = visited
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('navigation').isVisible()).toBe(false)
  expect(await page.getByRole('button', { name: 'Vote' }).isVisible()).toBe(false)
  expect(await page.getByText('Which way?').isVisible()).toBe(true)
})

/** A page of another site (another host name) that shows a capsule in a frame. */
function framing(url: string) {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(`<!doctype html><title>Host</title><iframe src="${url}" width="800" height="900"></iframe>`, {
        headers: { 'content-type': 'text/html' },
      }),
  })
  return { url: `http://127.0.0.1:${server.port}/`, [Symbol.asyncDispose]: () => server.stop(true) }
}
