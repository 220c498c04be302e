import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { askedIn, mockAuthor } from '../../modules/ai/testing/mock-author.ts'
import { type MockProvider, startMockProvider } from '../../modules/ai/testing/mock-provider.ts'
import { pictureUrl } from '../../modules/templates/index.ts'
import { faultsOf } from './axe.ts'
import { openBrowser } from './harness.ts'
import { draftOf, editorAddress, kept, newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

// A browser on a machine that does other things too.
setDefaultTimeout(300_000)

let provider: MockProvider
let studio: Studio
let bare: Studio
let browser: Browser

beforeAll(async () => {
  provider = startMockProvider()
  provider.reply = mockAuthor
  studio = await openStudio({
    ENCAPSIFY_AI_PROVIDERS: JSON.stringify({
      providers: { mock: { url: provider.url } },
      models: { wise: { routes: [{ provider: 'mock', model: 'm' }] } },
      authoring: 'wise',
    }),
  })
  bare = await openStudio()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await bare?.[Symbol.asyncDispose]()
  await studio?.[Symbol.asyncDispose]()
  await provider?.close()
})

const words = 'The lighthouse was built in 1911 by Ada Brandt, and it shone every night until 1974. '.repeat(3)
const document = {
  format: 1,
  pages: [
    {
      id: 'one',
      blocks: [
        { id: 'h', type: 'heading', text: 'The lighthouse' },
        {
          id: 't',
          type: 'richText',
          content: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] },
        },
        { id: 'i', type: 'image', src: pictureUrl('harbour-dawn') },
      ],
    },
  ],
}

/** An owner in the editor of a capsule of their own. */
async function editing() {
  const id = await newCapsule(studio, 'A capsule', document)
  const owner = await visitor(browser, { bypassCSP: true, viewport: { width: 1280, height: 800 } })
  await signIn(owner.page, studio, studio.demo)
  await owner.page.goto(editorAddress(studio, id))
  await owner.canvas.getByText('The lighthouse was built').waitFor()
  return { ...owner, id, dialog: owner.page.getByRole('dialog') }
}

/** Asks, and waits until the proposal is there and has the focus. */
async function suggested(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Suggest', exact: true }).click()
  await page.locator('h3:focus', { hasText: 'Proposal' }).waitFor()
}

async function fromMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const blocksOf = async (id: string) => (await draftOf(studio, id)).pages[0]?.blocks ?? []
const textOf = async (id: string) => JSON.stringify(await draftOf(studio, id))
const rules = {
  name: 'House rules.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from('# House rules\n\n- No dogs\n\n## Prices\n\n9 euros.'),
}

test('a capsule is drafted from a document, looked at, and made', async () => {
  await using owner = await visitor(browser, {
    bypassCSP: true,
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  })
  const { page, canvas, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/new`)
  await page.getByRole('button', { name: 'Draft with AI' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'A document' }).check()
  await dialog.getByLabel('Document', { exact: true }).setInputFiles(rules)
  await dialog.getByLabel('What shall become of it?').fill('A page for guests')
  expect(await faultsOf(page)).toEqual([])
  await suggested(page)
  await dialog.getByText('Made for: A page for guests').waitFor()
  const { data } = askedIn(provider.requests.at(-1)?.body ?? {})
  expect(data).toMatchObject({ wish: 'A page for guests', document: { title: 'House rules' } })
  expect(await faultsOf(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  await dialog.getByRole('button', { name: 'Make the capsule' }).click()
  await canvas.getByText('How to get there').waitFor()
  expect(faults).toEqual([])
})

test('what cannot be read is said, and nothing is lost of what was asked', async () => {
  await using owner = await visitor(browser)
  const { page } = owner
  await signIn(page, studio, studio.demo)
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/new`)
  await page.getByRole('button', { name: 'Draft with AI' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'A web page' }).check()
  await dialog.getByLabel('Address of the page').fill('http://127.0.0.1/secret')
  await dialog.getByRole('button', { name: 'Suggest', exact: true }).click()
  await dialog.getByText('Its host is not on the public internet.').waitFor()
  expect(await dialog.getByLabel('Address of the page').inputValue()).toBe('http://127.0.0.1/secret')
  await dialog.getByRole('button', { name: 'Suggest', exact: true }).and(page.locator(':focus')).waitFor()
})

test('a text is rewritten and taken back, by keys alone; and waiting can be ended', async () => {
  await using owner = await editing()
  const { page, canvas, dialog, id, faults } = owner
  await page.getByRole('button', { name: 'The lighthouse was built' }).click()
  provider.behave('hang')
  const given = provider.onAbort()
  await page.getByRole('button', { name: 'Rewrite …' }).press('Enter')
  await dialog.getByRole('button', { name: 'Suggest', exact: true }).press('Enter')
  await dialog.getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await given
  provider.behave('answer')
  await dialog.getByLabel('How').selectOption('own')
  await dialog.getByLabel('What shall become of it?').fill('Like a pirate')
  await page.keyboard.press('Enter')
  await page.locator('h3:focus', { hasText: 'Proposal' }).waitFor()
  await dialog.getByText('Rewritten:').first().waitFor()
  expect(await faultsOf(page)).toEqual([])
  expect(await textOf(id)).not.toContain('Rewritten')
  await kept(page, () => dialog.getByRole('button', { name: 'Accept' }).press('Enter'))
  await canvas.getByText('Rewritten: The lighthouse').waitFor()
  expect(await textOf(id)).toContain('Rewritten: The lighthouse')
  await dialog.waitFor({ state: 'detached' })
  await kept(page, () => page.getByRole('button', { name: 'Undo', exact: true }).first().click())
  expect(await textOf(id)).toBe(JSON.stringify(document))
  expect(faults).toEqual([])
})

test('a capsule is translated in its place and taken back, then as one of its own', async () => {
  await using owner = await editing()
  const { page, canvas, dialog, id } = owner
  await fromMenu(page, 'Translate …')
  await dialog.getByLabel('Into').selectOption('de')
  await suggested(page)
  await dialog.getByText('All 3 texts are translated.').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await dialog.getByRole('radio', { name: 'This capsule' }).check()
  await kept(page, () => dialog.getByRole('button', { name: 'Accept' }).click())
  expect((await blocksOf(id)).map((block) => block.id)).toEqual(['h', 't', 'i'])
  expect(await textOf(id)).toContain('DE The lighthouse')
  await dialog.waitFor({ state: 'detached' })
  await kept(page, () => page.locator('.toast').getByRole('button', { name: 'Undo' }).click())
  expect(await textOf(id)).toBe(JSON.stringify(document))

  await fromMenu(page, 'Translate …')
  await dialog.getByLabel('Into').selectOption('fr')
  await suggested(page)
  await dialog.getByRole('button', { name: 'Make the capsule' }).click()
  await canvas.getByText('DE The lighthouse', { exact: true }).waitFor()
  await page.waitForURL((url) => !url.pathname.endsWith(id))
  expect(await textOf(id)).toBe(JSON.stringify(document))
  expect(await page.getByLabel('Title of the capsule').inputValue()).toBe('DE A capsule')
})

test('a quiz is suggested, and the questions that are wanted are added', async () => {
  await using owner = await editing()
  const { page, canvas, dialog, id } = owner
  await fromMenu(page, 'Suggest a quiz …')
  await suggested(page)
  await dialog.getByRole('checkbox', { name: 'Question 1?' }).uncheck()
  expect(await faultsOf(page)).toEqual([])
  await kept(page, () => dialog.getByRole('button', { name: 'Add the quiz' }).click())
  await canvas.getByText('Question 2?').waitFor()
  const quiz = (await blocksOf(id)).at(-1) as { type: string; questions: { text: string }[] }
  expect([quiz.type, quiz.questions.map((one) => one.text)]).toEqual(['quiz', ['Question 2?']])
})

test('a picture is described for those who do not see it', async () => {
  await using owner = await editing()
  const { page, dialog, id } = owner
  await page.locator('.outline').getByRole('button', { name: 'Picture' }).click()
  await page.getByRole('button', { name: 'Describe the picture …' }).click()
  await page.locator('h3:focus', { hasText: 'Proposal' }).waitFor()
  expect(askedIn(provider.requests.at(-1)?.body ?? {}).picture).toStartWith('data:image/jpeg;base64,')
  expect(await faultsOf(page)).toEqual([])
  await kept(page, () => dialog.getByRole('button', { name: 'Accept' }).click())
  expect((await blocksOf(id)).at(-1)?.alt).toBe('A lighthouse above a calm harbour at dawn.')
})

test('without a provider it is said what to do, and a document is converted all the same', async () => {
  await using owner = await visitor(browser, { bypassCSP: true })
  const { page, canvas } = owner
  await signIn(page, bare, bare.demo)
  await page.goto(`${bare.origin}/studio/o/${bare.demo.organization}/new`)
  await page.getByRole('button', { name: 'Draft with AI' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('AI is not set up on this server').waitFor()
  await dialog.getByLabel('Document', { exact: true }).setInputFiles(rules)
  await suggested(page)
  await dialog.getByText('A plain conversion: the words of the source as they are.').waitFor()
  expect(await faultsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Make the capsule' }).click()
  await canvas.getByText('No dogs').waitFor()
  await fromMenu(page, 'Translate …')
  await dialog.getByText('AI is not set up on this server').waitFor()
  expect(await dialog.getByRole('button', { name: 'Suggest', exact: true }).count()).toBe(0)
})
