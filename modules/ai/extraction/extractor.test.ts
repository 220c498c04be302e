import { describe, expect, test } from 'bun:test'
import { deflateSync } from 'node:zlib'
import { archiveOf, wordDocument } from '../testing/archives.ts'
import { pdfOf } from '../testing/pdfs.ts'
import { Extractor, extractionLimits, kindOf } from './extractor.ts'

const extractor = new Extractor()
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

async function textOf(kind: 'pdf' | 'docx', bytes: Uint8Array, more: Partial<typeof extractionLimits> = {}) {
  const one = Object.keys(more).length === 0 ? extractor : new Extractor({ ...extractionLimits, ...more })
  return one.extract(kind, bufferOf(bytes))
}

describe('a PDF', () => {
  test('is read page by page, lines put together', async () => {
    const bytes = pdfOf([['The lighthouse was built', 'in 1911 by Ada Brandt.'], ['It shone until 1974.']])
    expect(await textOf('pdf', bytes)).toEqual({
      pieces: [
        { kind: 'text', text: 'The lighthouse was built in 1911 by Ada Brandt.' },
        { kind: 'text', text: 'It shone until 1974.' },
      ],
    })
  })

  test('of 5,000 pages is read up to its bound', async () => {
    const bytes = pdfOf(Array.from({ length: 5_000 }, (_, n) => [`Page number ${n + 1} says so.`]))
    const { pieces, fault } = await textOf('pdf', bytes, { pagesMax: 300 })
    expect(fault).toBeUndefined()
    expect(pieces).toHaveLength(300)
    expect(pieces.at(-1)?.text).toBe('Page number 300 says so.')
  })

  test('that is cut or no PDF at all gives what can be read, and says that it is broken', async () => {
    const whole = pdfOf([['One.'], ['Two.']])
    const cut = await textOf('pdf', whole.subarray(0, Math.floor(whole.length / 3)))
    expect(cut.fault ?? 'read').toBeOneOf(['broken', 'read'])
    expect(await textOf('pdf', new TextEncoder().encode('%PDF-1.7\nnothing'))).toMatchObject({ fault: 'broken' })
  })

  test('that wants a password says so', async () => {
    const { pieces, fault } = await textOf('pdf', pdfOf([['Secret.']], { encrypted: true }))
    expect({ pieces, fault }).toEqual({ pieces: [], fault: 'encrypted' })
  })

  test('whose page unpacks to gigabytes is left when it takes too much', async () => {
    const bomb = deflateSync(Buffer.alloc(600 * 1_048_576, ' '), { level: 1 })
    const bytes = pdfOf([['Before it.'], bomb])
    const { pieces, fault } = await textOf('pdf', bytes, { memoryBytesMax: 200 * 1_048_576 })
    expect(fault).toBeOneOf(['memory', 'timeout'])
    expect(pieces).toEqual([{ kind: 'text', text: 'Before it.' }])
  })

  test('that takes too long keeps what was read', async () => {
    const bytes = pdfOf(Array.from({ length: 5_000 }, (_, n) => [`Page ${n + 1}.`]))
    const { pieces, fault } = await textOf('pdf', bytes, { timeoutMs: 1, pagesMax: 5_000 })
    expect(fault).toBe('timeout')
    expect(pieces.length).toBeLessThan(5_000)
  })

  test('with more text than is kept ends there', async () => {
    const bytes = pdfOf(Array.from({ length: 50 }, () => ['Words and words and words.']))
    const { pieces, fault } = await textOf('pdf', bytes, { textLengthMax: 100 })
    expect(fault).toBe('too-large')
    expect(pieces).toHaveLength(3)
  })
})

describe('a Word document', () => {
  test('is read with its headings, paragraphs and tables', async () => {
    const bytes = wordDocument([
      { style: 'Heading1', text: 'Prices & terms' },
      { text: 'A visit costs 9 euros.' },
      { text: 'Children come free.' },
      { style: 'Heading2', text: 'Dogs' },
      { text: 'Dogs are welcome <here>.' },
    ])
    expect(await textOf('docx', bytes)).toEqual({
      pieces: [
        { kind: 'heading', text: 'Prices & terms' },
        { kind: 'text', text: 'A visit costs 9 euros.\nChildren come free.' },
        { kind: 'heading', text: 'Dogs' },
        { kind: 'text', text: 'Dogs are welcome <here>.' },
      ],
    })
  })

  test('that is a bomb is not unpacked, whatever sizes it claims', async () => {
    const bomb = archiveOf([{ name: 'word/document.xml', content: Buffer.alloc(200 * 1_048_576, 'a'), claims: 10 }])
    expect(bomb.length).toBeLessThan(400_000)
    expect(await textOf('docx', bomb)).toEqual({ pieces: [], fault: 'too-large' })
  })

  test('that is cut, empty or another archive is broken', async () => {
    const whole = wordDocument([{ text: 'Hello.' }])
    for (const bytes of [
      whole.subarray(0, whole.length - 40),
      whole.subarray(0, 30),
      archiveOf([]),
      archiveOf([{ name: 'readme.txt', content: Buffer.from('no document') }]),
      archiveOf([{ name: 'word/document.xml', content: Buffer.from('<w:document') }]),
    ]) {
      expect(await textOf('docx', bytes)).toEqual({ pieces: [], fault: 'broken' })
    }
  })

  test('whose entities refer to each other without end is not expanded', async () => {
    const lol = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    const { pieces } = await textOf('docx', wordDocument([{ text: 'Hello &amp; goodbye' }], lol))
    expect(JSON.stringify(pieces).length).toBeLessThan(1_000)
  })
})

test('a file that is too large is not begun; one after the other is read', async () => {
  expect(await textOf('pdf', new Uint8Array(2_000), { fileBytesMax: 1_000 })).toEqual({
    pieces: [],
    fault: 'too-large',
  })
  const both = await Promise.all([textOf('pdf', pdfOf([['One.']])), textOf('pdf', pdfOf([['Two.']]))])
  expect(both.map(({ pieces }) => pieces[0]?.text)).toEqual(['One.', 'Two.'])
})

test('files are known by what is in them', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  expect(kindOf(bytes('%PDF-1.4'), 'report')).toBe('pdf')
  expect(kindOf(bytes('PK\u0003\u0004..'), 'Offer.DOCX')).toBe('docx')
  expect(kindOf(bytes('PK\u0003\u0004..'), 'pictures.zip')).toBeUndefined()
  expect(kindOf(bytes('MZ'), 'offer.docx')).toBeUndefined()
})
