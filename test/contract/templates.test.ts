import { describe, expect, test } from 'bun:test'
import { parseDocument } from '../../modules/capsule/document/parse.ts'
import { demoCapsules } from '../../modules/demo/capsules.ts'
import {
  pictureNames,
  pictureSize,
  pictureUrl,
  recordingNames,
  recordingUrl,
  templates,
} from '../../modules/templates/index.ts'
import { contrast } from '../../modules/visitor/render/theme.ts'

/** WCAG 2.2, 1.4.3. */
const contrastMin = 4.5
const papers = { light: '#ffffff', dark: '#14151a' } as const
/** What the visitor page falls back to is never needed here: an accent reads as it is written. */
const papersOf = { auto: [papers.light], light: [papers.light], dark: [papers.dark] } as const

const ours = new Set([...pictureNames.map(pictureUrl), ...recordingNames.map(recordingUrl)])
/** Names that belong to nobody (RFC 2606). */
const nobodys = /(^|[.@])example(\.com)?$/

type Item = Record<string, unknown>

/** Every object in a document. */
function* within(value: unknown): Generator<Item> {
  if (Array.isArray(value)) for (const one of value) yield* within(one)
  else if (typeof value === 'object' && value !== null) {
    yield value as Item
    for (const one of Object.values(value)) yield* within(one)
  }
}

const documents = [
  ...templates.map(({ id, document }) => ({ name: `template ${id}`, document })),
  ...demoCapsules('http://localhost:3000').map(({ slug, document }) => ({ name: `demo ${slug}`, document })),
]

describe('templates', () => {
  test('there are at least eight, each with an id and words of its own', () => {
    expect(templates.length).toBeGreaterThanOrEqual(8)
    for (const words of [templates.map((one) => one.id), templates.map((one) => one.title)]) {
      expect(new Set(words).size).toBe(templates.length)
    }
    for (const { id, title, summary } of templates) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(title.length).toBeGreaterThan(3)
      expect(summary).toMatch(/^[A-Z].{20,120}\.$/)
    }
  })

  test('they differ: accents, fonts, modes and corners', () => {
    const themes = templates.map((one) => one.document.theme)
    expect(new Set(themes.map((theme) => theme?.accent)).size).toBe(templates.length)
    expect(new Set(themes.map((theme) => theme?.font))).toEqual(new Set(['system', 'serif', 'mono', 'rounded']))
    expect(new Set(themes.map((theme) => theme?.mode))).toEqual(new Set(['auto', 'light', 'dark']))
    expect(new Set(themes.map((theme) => theme?.corner))).toEqual(new Set(['square', 'soft', 'round']))
  })

  test('together with the demo they show every type of block', () => {
    const types = new Set(documents.flatMap(({ document }) => [...within(document.pages)].map((item) => item.type)))
    for (const type of 'heading richText image video audio file embed button divider columns poll quiz form chat'.split(
      ' ',
    )) {
      expect(types).toContain(type)
    }
  })
})

describe.each(documents)('$name', ({ name, document }) => {
  test('is a capsule document', () => {
    const given: unknown = JSON.parse(JSON.stringify(document))
    expect<unknown>(parseDocument(given)).toEqual(document)
  })

  test('describes each picture, and shows only ours, whose size is known', () => {
    for (const item of within(document)) {
      if (typeof item.src === 'string') expect(ours).toContain(item.src)
      if (item.type !== 'image') continue
      expect(String(item.alt).length).toBeGreaterThan(15)
      expect(pictureSize(String(item.src))).toBeDefined()
    }
  })

  test('names no host outside', () => {
    for (const item of within(document)) {
      for (const address of [item.to, item.href, item.url]) {
        if (typeof address !== 'string' || !address.includes(':')) continue
        const { protocol, host, pathname } = new URL(address)
        if (protocol === 'tel:') expect(pathname).toMatch(/^\+1555\d+$/)
        else if (item.type === 'embed' && name.startsWith('demo')) expect(host).toBe('www.openstreetmap.org')
        else if (host !== 'localhost:3000' || !name.startsWith('demo')) expect(host || pathname).toMatch(nobodys)
      }
    }
  })

  test('has an accent that can be read as it is', () => {
    const { accent = '', mode = 'auto' } = document.theme ?? {}
    for (const paper of papersOf[mode]) expect(contrast(accent, paper)).toBeGreaterThanOrEqual(contrastMin)
  })

  test('says in a sentence what it is, and leaves no page out', () => {
    expect(document.settings?.description?.length).toBeGreaterThan(30)
    const leads = new Set<unknown>([document.pages[0]?.id])
    for (const item of within(document)) for (const target of [item.to, item.next]) leads.add(target)
    for (const page of document.pages) {
      expect(leads).toContain(page.id)
      expect(page.title?.length).toBeGreaterThan(3)
    }
  })
})
