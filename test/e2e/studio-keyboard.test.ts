import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './harness.ts'
import { draftOf, editorAddress, newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

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

/** Presses Tab until what has the focus is called so, as somebody does who sees only that. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 60; presses++) {
    const called = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
      return [element?.getAttribute('aria-label'), ...labels.map((one) => one.textContent), element?.textContent]
        .filter(Boolean)
        .join(' ')
    })
    if (name.test(called)) return
    passed.push(called.slice(0, 30))
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}, only to ${passed.join(' | ')}.`)
}

const makeKey = async (name: string) => {
  const answer = await fetch(`${studio.origin}/api/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${studio.demo.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, scopes: ['capsules:read'] }),
  })
  expect(answer.status).toBe(201)
}

test('a capsule is made, written, given a poll and published without a pointer', async () => {
  await using owner = await visitor(browser)
  const { page, canvas, faults } = owner
  await page.goto(`${studio.origin}/studio/sign-in`)
  await page.locator('input[type=email]:focus').waitFor()
  await page.keyboard.type(studio.demo.email)
  await page.keyboard.press('Tab')
  await page.locator('input[type=password]:focus').waitFor()
  await page.keyboard.type(studio.demo.password)
  await page.keyboard.press('Enter')
  // Where one arrives has the focus, not the page that is gone.
  await page.locator('main:focus').waitFor()
  await page.getByRole('heading', { name: 'Capsules' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.locator('.palette-input:focus').waitFor()
  await page.keyboard.type('new cap')
  await page.getByRole('option', { name: 'New capsule', selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Blank page' }).waitFor()
  await tabTo(page, /^Blank page/)
  await page.keyboard.press('Enter')
  await canvas
    .getByText('Nothing here yet')
    .or(canvas.getByRole('button', { name: '+ Add a block' }))
    .first()
    .waitFor()
  await page.getByRole('textbox', { name: 'Title' }).waitFor()
  // Into the page itself: a frame among the things that Tab leads to.
  for (let presses = 0; (await canvas.locator('#after button:focus').count()) === 0; presses++) {
    expect(presses).toBeLessThan(60)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.locator('.add-menu input:focus').waitFor()
  await page.keyboard.type('poll')
  await page.getByRole('option', { name: /^Poll/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await canvas.locator('legend:focus').waitFor()
  await page.keyboard.type('Tea or coffee?')
  await page.keyboard.press('Control+Enter')
  const publishing = page.getByRole('dialog', { name: 'Publish' })
  await publishing.getByRole('button', { name: 'Publish now' }).waitFor()
  await tabTo(page, /^Publish now/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('link', { name: 'Open the page' }).waitFor()
  // The button that was pressed is gone, and the focus still in the dialog.
  await page.locator('dialog :focus').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(faults).toEqual([])
}, 300_000)

describe('what is taken away leaves the focus to what stands next', () => {
  test('in a list: the row below, then the one above', async () => {
    await makeKey('Second key')
    await makeKey('Third key')
    await using owner = await visitor(browser)
    const { page } = owner
    await signIn(page, studio, studio.demo)
    await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/keys`)
    const rows = page.locator('.rows li')
    const revoke = async (name: string) => {
      await rows.filter({ hasText: name }).getByRole('button', { name: 'Revoke' }).press('Enter')
      const dialog = page.getByRole('dialog', { name: `Revoke “${name}”?` })
      await dialog.getByRole('button', { name: 'Revoke' }).press('Enter')
      await rows.filter({ hasText: name }).waitFor({ state: 'detached' })
    }
    await rows.nth(2).waitFor()
    await revoke('Second key')
    await rows.filter({ hasText: 'Third key' }).locator('button:focus').waitFor()
    await revoke('Third key')
    await rows.filter({ hasText: 'demo' }).locator('button:focus').waitFor()
  }, 300_000)

  test('on the canvas: the block behind it; and a control that can do no more leaves it to the next', async () => {
    const heading = (id: string) => ({ id, type: 'heading', text: `Heading ${id}` })
    const blocks = [
      ...['a', 'b', 'c'].map(heading),
      { id: 'p', type: 'poll', question: 'Which?', choices: ['1', '2', '3'].map((id) => ({ id, text: id })) },
    ]
    const id = await newCapsule(studio, 'Short', { format: 1, pages: [{ id: 'one', blocks }] })
    await using owner = await visitor(browser)
    const { page, canvas } = owner
    await signIn(page, studio, studio.demo)
    await page.goto(editorAddress(studio, id))
    await canvas.locator('[data-block-id=b]').focus()
    await canvas.locator('[data-block-id=b]:focus').waitFor()
    await page.keyboard.press('Control+Shift+Backspace')
    await canvas.locator('[data-block-id=c]:focus').waitFor()
    await canvas.locator('[data-block-id=p] legend').focus()
    // The last step up: the button has nothing to do any more.
    const up = page.getByRole('button', { name: 'Move Choice 2 up' })
    await up.press('Enter')
    await page.locator('.item-tools button:focus').waitFor()
    expect((await draftOf(studio, id)).pages[0]?.blocks.length).toBeGreaterThan(2)
  }, 300_000)
})

test('what is said stands above the dialog that is open, and can be put away', async () => {
  await using owner = await visitor(browser)
  const { page } = owner
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not here'))
  })
  await signIn(page, studio, studio.demo)
  await page.goto(editorAddress(studio, studio.demo.capsules[0]?.id ?? ''))
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Publish' })
  await dialog.getByRole('button', { name: 'Copy' }).first().click()
  const toast = page.locator('.toast')
  await toast.waitFor()
  expect(await toast.count()).toBe(1)
  const isOnTop = await toast.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
  })
  expect(isOnTop).toBe(true)
  await toast.getByRole('button', { name: 'Close' }).click()
  await toast.waitFor({ state: 'detached' })
  await dialog.waitFor()
}, 300_000)
