import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { loadSharp } from '../../src/images/sharp.ts'
import { film } from '../fixtures/films.ts'
import { bytesOf, photo } from '../fixtures/pictures.ts'
import { openBrowser, stillness } from './harness.ts'
import { draftOf, memberWith, newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

const faultsOfPage =
  'axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + nodes[0].html + nodes[0].failureSummary))'

let studio: Studio
let browser: Browser
let wide: Buffer
let tall: Buffer

beforeAll(async () => {
  studio = await openStudio({ PATH: '/usr/bin:/bin' })
  browser = await openBrowser()
  const sharp = await loadSharp('')
  wide = Buffer.from(await bytesOf((await photo(sharp, 900, 600)).jpeg()))
  tall = Buffer.from(await bytesOf((await photo(sharp, 400, 700)).png()))
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

const libraryAddress = () => `${studio.origin}/studio/o/${studio.demo.organization}/library`

interface Listed {
  readonly items: readonly {
    readonly id: string
    readonly name: string
    readonly alt: string
    readonly width: number
  }[]
}

async function files(q: string): Promise<Listed['items']> {
  const answer = await fetch(`${studio.origin}/api/v1/assets?q=${q}`, {
    headers: { authorization: `Bearer ${studio.demo.apiKey}` },
  })
  return ((await answer.json()) as Listed).items
}

test('a picture is uploaded, described, used, replaced, and deleted only by force', async () => {
  await using owner = await visitor(browser)
  const { page, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.getByRole('link', { name: 'Library', exact: true }).click()
  await page.getByRole('heading', { name: 'Library', level: 1 }).waitFor()
  // The bytes wait until their progress was seen.
  const seen = Promise.withResolvers<void>()
  await page.route('**/api/v1/uploads/*', async (route) => {
    if (route.request().method() === 'PATCH') await seen.promise
    await route.continue()
  })
  await page.getByLabel('Upload files').setInputFiles({ name: 'harbour.jpg', mimeType: 'image/jpeg', buffer: wide })
  await page.getByRole('progressbar', { name: 'Progress of harbour.jpg' }).waitFor()
  seen.resolve()
  const card = page.locator('.card', { hasText: 'harbour.jpg' })
  await card.waitFor()
  await page.getByRole('progressbar').waitFor({ state: 'detached' })
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('.file .thumbnail img')?.naturalWidth === 480,
  )

  await card.getByRole('button', { name: 'harbour.jpg' }).click()
  // By its whole name: what asks before a deletion has it in its own.
  const dialog = page.getByRole('dialog', { name: 'harbour.jpg', exact: true })
  await dialog.getByText('900 × 600').waitFor()
  await dialog.getByText('No capsule shows it.').waitFor()
  await dialog.getByLabel('Alternative text').fill('Boats in a harbour')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Saved', { exact: true }).waitFor()
  const [file] = await files('harbour')
  expect(file?.alt).toBe('Boats in a harbour')
  // Somebody puts it into a capsule while the dialog stands open: the server refuses, and the capsule is named.
  const blocks = [{ id: 'media', type: 'image', asset: file?.id }]
  const capsule = await newCapsule(studio, 'By the sea', { format: 1, pages: [{ id: 'one', blocks }] })
  await dialog.getByRole('button', { name: 'Delete …' }).click()
  const deletion = page.getByRole('dialog', { name: 'Delete “harbour.jpg”?' })
  await deletion.getByRole('button', { name: 'Delete', exact: true }).click()
  await deletion.getByRole('link', { name: 'By the sea' }).waitFor()
  expect(await files('harbour')).toHaveLength(1)
  await deletion.getByRole('button', { name: 'Cancel' }).click()
  const use = dialog.getByRole('link', { name: 'By the sea' })
  expect(await use.getAttribute('href')).toContain(capsule)

  await dialog
    .getByLabel('Replace …')
    .setInputFiles({ name: 'other.txt', mimeType: 'text/plain', buffer: Buffer.from('No picture') })
  await dialog.getByText('Only another image can take the place of this image.').waitFor()
  await dialog.getByLabel('Replace …').setInputFiles({ name: 'tall.png', mimeType: 'image/png', buffer: tall })
  await dialog.getByText('400 × 700').waitFor()
  expect(await files('harbour')).toMatchObject([{ id: file?.id, width: 400 }])
  expect((await draftOf(studio, capsule)).pages[0]?.blocks[0]).toMatchObject({ asset: file?.id })

  await dialog.getByRole('button', { name: 'Delete …' }).click()
  await deletion.getByRole('button', { name: 'Delete anyway' }).click()
  await card.waitFor({ state: 'detached' })
  expect(await files('harbour')).toEqual([])
  expect(faults).toEqual([])
}, 300_000)

test('what is dropped is uploaded, an upload that broke off goes on, and a search finds it', async () => {
  await using owner = await visitor(browser)
  const { page } = owner
  await signIn(page, studio, studio.demo)
  await page.goto(libraryAddress())
  await page.getByLabel('Upload files').waitFor({ state: 'attached' })
  let broken = 0
  await page.route('**/api/v1/uploads/*', (route) =>
    route.request().method() === 'PATCH' && broken++ === 0 ? route.abort() : route.continue(),
  )
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['Minutes of the meeting'], 'minutes.txt', { type: 'text/plain' }))
    return data
  })
  await page.dispatchEvent('#content', 'dragover', { dataTransfer: transfer })
  await page.getByText('Let go to upload').waitFor()
  await page.dispatchEvent('#content', 'drop', { dataTransfer: transfer })
  await page.getByText('There is no connection to the server.').waitFor()
  await page.getByRole('button', { name: 'Upload minutes.txt again' }).click()
  await page.getByRole('button', { name: 'minutes.txt', exact: true }).waitFor()
  expect(await files('minutes')).toHaveLength(1)
  await page.getByLabel('Search files').fill('nothing like it')
  await page.getByRole('heading', { name: 'No file fits' }).waitFor()
  await page.getByLabel('Search files').fill('minut')
  await page.getByRole('button', { name: 'minutes.txt', exact: true }).waitFor()
}, 300_000)

test('a film tells how far it is until it stands, and may be made again when it was stopped', async () => {
  await using owner = await visitor(browser)
  const { page } = owner
  await signIn(page, studio, studio.demo)
  await page.goto(libraryAddress())
  const buffer = Buffer.from(await film({ seconds: 2 }))
  await page.getByLabel('Upload files').setInputFiles({ name: 'boats.mp4', mimeType: 'video/mp4', buffer })
  await page.getByRole('button', { name: 'boats.mp4', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'boats.mp4' })
  await dialog.getByText('Stands in every size that it needs.').waitFor()
  // As if somebody had stopped it: what can be done is offered.
  await page.route('**/api/v1/assets?*', async (route) => {
    const answer = await route.fetch()
    const listed = (await answer.json()) as { items: { film: object | null }[] }
    for (const item of listed.items) if (item.film !== null) Object.assign(item.film, { state: 'cancelled' })
    await route.fulfill({ response: answer, json: listed })
  })
  await page.reload()
  await page.getByRole('button', { name: 'boats.mp4', exact: true }).click()
  await dialog.getByText('Was stopped. What stood by then plays.').waitFor()
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await dialog.getByText('Stands in every size that it needs.').waitFor()
}, 300_000)

test('a viewer looks at files and changes none', async () => {
  const who = await memberWith(studio, 'viewer')
  await using viewer = await visitor(browser)
  const { page } = viewer
  await signIn(page, studio, who)
  await page.goto(libraryAddress())
  await page.getByRole('button', { name: 'minutes.txt', exact: true }).click()
  await page.getByRole('dialog').getByText('No capsule shows it.').waitFor()
  expect(await page.getByRole('button', { name: /Delete|Save/ }).count()).toBe(0)
  expect(await page.locator('input[type=file]').count()).toBe(0)
}, 300_000)

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)(
  'no fault that axe can find in a file’s dialog, %s, %d pixels wide',
  async (colorScheme, width) => {
    const form = new FormData()
    form.set('file', new File([new Uint8Array(tall)], `${colorScheme}.png`))
    const headers = { authorization: `Bearer ${studio.demo.apiKey}` }
    expect((await fetch(`${studio.origin}/api/v1/assets`, { method: 'POST', body: form, headers })).status).toBe(201)
    // The page's policy refuses axe as it refuses every foreign script.
    await using owner = await visitor(browser, { colorScheme, viewport: { width, height: 800 }, bypassCSP: true })
    const { page } = owner
    await signIn(page, studio, studio.demo)
    await page.goto(libraryAddress())
    await page.getByRole('button', { name: `${colorScheme}.png`, exact: true }).click()
    await page.getByText('No capsule shows it.').waitFor()
    await stillness(page)
    await page.evaluate(axe)
    expect(await page.evaluate<string[]>(faultsOfPage)).toEqual([])
  },
  300_000,
)
