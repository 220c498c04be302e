import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Locator } from 'playwright-core'
import { loadSharp } from '../../src/images/sharp.ts'
import { bytesOf, photo } from '../fixtures/pictures.ts'
import { openBrowser } from './harness.ts'
import {
  draftOf,
  editorAddress,
  newCapsule,
  openStudio,
  type Studio,
  saved,
  signIn,
  visitor,
} from './studio-harness.ts'

let studio: Studio
let browser: Browser
let picture: string

beforeAll(async () => {
  studio = await openStudio()
  browser = await openBrowser()
  const sharp = await loadSharp('')
  picture = Buffer.from(await bytesOf((await photo(sharp, 300, 200)).jpeg())).toString('base64')
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

const document = {
  format: 1,
  pages: [
    {
      id: 'one',
      title: 'A page',
      blocks: [
        { id: 'a', type: 'heading', text: 'First' },
        { id: 'b', type: 'richText', content: { type: 'doc', content: [{ type: 'paragraph' }] } },
        { id: 'c', type: 'image', src: '/-/nothing' },
      ],
    },
  ],
}

async function editing() {
  const id = await newCapsule(studio, 'A capsule', document)
  const owner = await visitor(browser)
  await signIn(owner.page, studio, studio.demo)
  await owner.page.goto(editorAddress(studio, id))
  await owner.canvas.getByText('First').waitFor()
  return { ...owner, id }
}

interface Brought {
  readonly html?: string
  readonly text?: string
  readonly file?: { readonly name: string; readonly type: string; readonly base64: string }
}

const paste = (target: Locator, brought: Brought) => bring(target, brought, 'paste')
const drop = (target: Locator, brought: Brought) => bring(target, brought, 'drop')

/** As a browser tells a page what came by the clipboard, or was let go over it. */
const bring = (target: Locator, brought: Brought, way: 'paste' | 'drop') =>
  target.evaluate(
    (element, { html, text, file, way }) => {
      const data = new DataTransfer()
      if (html !== undefined) data.setData('text/html', html)
      if (text !== undefined) data.setData('text/plain', text)
      if (file !== undefined) {
        const bytes = Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0))
        data.items.add(new File([bytes], file.name, { type: file.type }))
      }
      const options = { bubbles: true, cancelable: true }
      element.dispatchEvent(
        way === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: data })
          : new DragEvent('drop', { ...options, dataTransfer: data }),
      )
    },
    { ...brought, way },
  )

const jpeg = (name: string) => ({ name, type: 'image/jpeg', base64: picture })
const blocksOf = async (id: string) => (await draftOf(studio, id)).pages[0]?.blocks ?? []

describe('pictures', () => {
  test('come by paste after the selected block, and into the text is written what words it brings', async () => {
    await using owner = await editing()
    const { page, canvas, id } = owner
    await canvas.locator('[data-block-id=a]').click()
    await paste(canvas.locator('[data-block-id=a]'), { file: jpeg('pasted.jpg') })
    await canvas.locator('[data-block-id=a] + figure img').waitFor()
    await saved(page)
    const blocks = await blocksOf(id)
    expect(blocks.map(({ type }) => type)).toEqual(['heading', 'image', 'richText', 'image'])
    expect(blocks[1]?.asset).toStartWith('ast_')
    // A table of Excel brings its picture along: its words are meant.
    await canvas.locator('.text').click()
    await canvas.locator('.ProseMirror-focused').waitFor()
    await paste(canvas.locator('.ProseMirror'), { text: 'Eleven', html: '<p>Eleven</p>', file: jpeg('table.png') })
    await canvas.getByText('Eleven').waitFor()
    await saved(page)
    expect((await blocksOf(id)).length).toBe(4)
  }, 300_000)

  test('that are let go over an empty picture are it, elsewhere they are new; other files are files', async () => {
    await using owner = await editing()
    const { page, canvas, id } = owner
    await drop(canvas.locator('[data-block-id=c]'), { file: jpeg('dropped.jpg') })
    await canvas.locator('figure[data-block-id=c] img').waitFor()
    await drop(canvas.locator('[data-block-id=a]'), {
      file: { name: 'minutes.txt', type: 'text/plain', base64: btoa('Minutes of the meeting') },
    })
    await canvas.getByText('minutes.txt').waitFor()
    await saved(page)
    const blocks = await blocksOf(id)
    expect(blocks.map(({ type }) => type)).toEqual(['heading', 'file', 'richText', 'image'])
    expect(blocks[3]?.asset).toStartWith('ast_')
    expect(blocks[1]).toMatchObject({ title: 'minutes.txt' })
  }, 300_000)

  test('are chosen from the library', async () => {
    await using owner = await editing()
    const { page, canvas, id } = owner
    await drop(canvas.locator('[data-block-id=a]'), { file: jpeg('harbour.jpg') })
    await canvas.locator('[data-block-id=a] + figure img').waitFor()
    await canvas.locator('[data-block-id=c]').click()
    await page.getByRole('button', { name: 'Choose from the library' }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose from the library' })
    await dialog.getByRole('searchbox').fill('harbour')
    await dialog.getByRole('button', { name: 'harbour.jpg' }).first().click()
    await dialog.waitFor({ state: 'detached' })
    await canvas.locator('figure[data-block-id=c] img').waitFor()
    await saved(page)
    expect((await blocksOf(id)).at(-1)?.asset).toStartWith('ast_')
  }, 300_000)
})

/** As Word 365 writes it, shortened. */
const word = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0cm;font-family:"Calibri"}</style></head><body>
<h1 style='margin-top:12.0pt'><span lang=EN-GB style='mso-fareast-font-family:"Times New Roman"'>Plan<o:p></o:p></span></h1>
<p class=MsoNormal><span lang=EN-GB>We <b>measure</b> and <i>hang</i>.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>One<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span><![endif]>Below one<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Two<o:p></o:p></p>
<p class=MsoNormal>Then:</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>Count<o:p></o:p></p>
</body></html>`

/** As Google Docs writes it, shortened. */
const docs = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="font-size:11pt;font-family:Arial;font-weight:400;color:#f00">Plain and </span><span style="font-size:11pt;font-weight:700">strong</span></p><br /><ul style="margin-top:0"><li dir="ltr" style="list-style-type:disc" aria-level="1"><p dir="ltr" role="presentation"><span style="font-style:italic">Slanted</span></p></li></ul></b><br class="Apple-interchange-newline">`

interface Node {
  readonly type: string
  readonly text?: string
  readonly content?: readonly Node[]
  readonly marks?: readonly { readonly type: string }[]
}

/** A text without its attributes: `ul(li(p(“One”)))`, with a word's marks behind it. */
function outline({ type, text, content = [], marks = [] }: Node): string {
  if (type === 'text') return `“${[text?.trim(), ...marks.map((mark) => mark.type)].join(':')}”`
  const names: Readonly<Record<string, string>> = {
    paragraph: 'p',
    bulletList: 'ul',
    orderedList: 'ol',
    listItem: 'li',
  }
  return `${names[type] ?? type}(${content.map(outline).join(' ')})`
}

describe('what office programs write', () => {
  test.each([
    [
      'Word',
      word,
      'doc(heading(“Plan”) p(“We” “measure:bold” “and” “hang:italic” “.”) ul(li(p(“One”) ul(li(p(“Below one”)))) li(p(“Two”))) p(“Then:”) ol(li(p(“Count”))))',
    ],
    ['Google Docs', docs, 'doc(p(“Plain and” “strong:bold”) ul(li(p(“Slanted:italic”))))'],
  ])(
    'is taken for what it means: %s',
    async (_, html, expected) => {
      await using owner = await editing()
      const { page, canvas, id } = owner
      await canvas.locator('.text').click()
      await canvas.locator('.ProseMirror-focused').waitFor()
      await paste(canvas.locator('.ProseMirror'), { html, text: 'in words' })
      await canvas.locator('.text li').first().waitFor()
      await saved(page)
      const text = (await blocksOf(id)).find((block) => block.id === 'b')
      expect(outline(text?.content as Node)).toBe(expected)
      expect(JSON.stringify(text)).not.toMatch(/Mso|mso-|color|font|span/)
    },
    300_000,
  )
})

test('five megabytes are refused by a heading too', async () => {
  await using owner = await editing()
  const { page, canvas } = owner
  await canvas.locator('[data-block-id=a]').click()
  await paste(canvas.locator('[data-block-id=a]'), { text: 'x'.repeat(5_000_000) })
  await page.getByText('too much text to paste').waitFor()
  expect(await canvas.locator('[data-block-id=a]').textContent()).toBe('First')
}, 300_000)
