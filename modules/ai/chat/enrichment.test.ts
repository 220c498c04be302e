import { afterEach, describe, expect, test } from 'bun:test'
import type { SourceFile } from '../extraction/file-texts.ts'
import { wordDocument } from '../testing/archives.ts'
import { type House, openHouse } from '../testing/house.ts'
import { pdfOf } from '../testing/pdfs.ts'
import { capsuleText } from './capsule-text.ts'

let house: House
afterEach(() => house.close())

function fileOf(name: string, bytes: Uint8Array): SourceFile & { reads: number } {
  const file = {
    ...{ name, bytes: bytes.length, reads: 0, hash: Bun.hash(bytes).toString() },
    async read() {
      file.reads++
      return new Uint8Array(bytes).buffer
    },
  }
  return file
}

const document = {
  pages: [
    {
      id: 'start',
      blocks: [
        { id: 'hello', type: 'heading' },
        { id: 'side', type: 'columns', columns: [[{ id: 'terms', type: 'file', asset: 'ast_1', title: 'Our terms' }]] },
        { id: 'offer', type: 'file', asset: 'ast_2' },
        { id: 'gone', type: 'file', asset: 'ast_3' },
        { id: 'far', type: 'file', src: 'https://example.com/a.pdf' },
      ],
    },
  ],
}
const textAt = (version: number) =>
  capsuleText({ version, title: 'The offer' }, document, ({ id }) => (id === 'hello' ? 'Welcome to the garden' : ''))

async function setup() {
  house = openHouse(undefined)
  const { organizationId } = await house.team()
  const capsuleId = await house.capsule(organizationId, textAt(1))
  const terms = fileOf('terms.pdf', pdfOf([['Bicycles are returned', 'before nine in the evening.']]))
  const offer = wordDocument([{ style: 'Heading1', text: 'Prices' }, { text: 'A kayak costs 35 euros a day.' }])
  house.files.set('ast_1', terms)
  house.files.set('ast_2', fileOf('offer.docx', offer))
  const publish = async (version: number) => {
    house.texts.set(capsuleId, textAt(version))
    await house.ai.chat.refresh(capsuleId)
  }
  return { organizationId, capsuleId, terms, publish }
}

describe('the files of a capsule', () => {
  test('are read after its publication and cited by their blocks, each once', async () => {
    const { capsuleId, terms, publish } = await setup()
    const find = (question: string) => house.ai.chat.find(capsuleId, question)[0]?.passage
    expect(find('How much is a kayak?')).toBeUndefined()
    await house.jobs.settled()
    expect(find('How much is a kayak?')).toMatchObject({ block: 'offer', page: 'start', heading: 'Prices' })
    expect(find('When must I return the bicycle?')).toMatchObject({
      ...{ block: 'terms', heading: 'Our terms', text: 'Bicycles are returned before nine in the evening.' },
    })
    // Other nodes do the same after a publication; what was added stays.
    await house.ai.chat.refresh(capsuleId)
    await house.jobs.settled()
    expect(find('When must I return the bicycle?')?.block).toBe('terms')
    await publish(2)
    expect(find('Where is the garden?')?.block).toBe('hello')
    await house.jobs.settled()
    expect(find('When must I return the bicycle?')?.block).toBe('terms')
    expect(terms.reads).toBe(1)
    expect(house.bugs).toEqual([])
  })

  test('that cannot be read are left out and logged; the others stand', async () => {
    const { capsuleId } = await setup()
    house.files.set('ast_1', fileOf('terms.pdf', pdfOf([['Secret.']], { encrypted: true })))
    house.files.set('ast_3', fileOf('notes.txt', new Uint8Array([0xff, 0xfe, 0xfd])))
    await house.jobs.settled()
    expect(house.ai.chat.find(capsuleId, 'How much is a kayak?')[0]?.passage.block).toBe('offer')
    expect(house.lines).toMatchObject([
      { file: 'terms.pdf', why: 'encrypted' },
      { file: 'notes.txt', why: 'broken' },
    ])
    expect(house.jobs.counts()).toEqual({ waiting: 0, running: 0, dead: 0 })
  })

  test('of a capsule that is no longer published are not read', async () => {
    const { capsuleId, terms } = await setup()
    house.texts.delete(capsuleId)
    await house.jobs.settled()
    expect(terms.reads).toBe(0)
  })

  test('are tried again when their bytes are out of reach for the moment', async () => {
    const { capsuleId, terms } = await setup()
    house.files.set('ast_1', { ...terms, read: () => Promise.reject(new Error('The bucket is away.')) })
    await house.jobs.settled()
    expect(house.jobs.counts().waiting).toBe(1)
    expect(house.ai.chat.find(capsuleId, 'Welcome')[0]?.passage.block).toBe('hello')
  })
})
