import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blocksOf, type CapsuleDocument, plainText } from '../../capsule/index.ts'
import { demoCapsules } from '../../demo/capsules.ts'
import { templates } from '../../templates/index.ts'
import { openHouse } from '../testing/house.ts'
import type { CapsuleTextBlock } from './passages.ts'

// Two hundred searches on a machine that does other things too.
setDefaultTimeout(120_000)

interface Question {
  readonly text: string
  /** The block that answers it. */
  readonly block: string
}

/** The almanac of an island that does not exist: a passage a line, each with the question that it answers. */
function almanac(): { blocks: CapsuleTextBlock[]; questions: Question[] } {
  const blocks: CapsuleTextBlock[] = []
  const questions: Question[] = []
  let page = ''
  for (const line of readFileSync(join(import.meta.dir, '../testing/almanac.md'), 'utf8')
    .trim()
    .split('\n')) {
    const id = `b${blocks.length}`
    const [mark, ...rest] = line.split(' ')
    if (mark === '?') questions.push({ text: rest.join(' '), block: blocks.at(-1)?.id ?? '' })
    else if (mark === '#') {
      page = `p${blocks.length}`
      blocks.push({ id, page, kind: 'heading', text: rest.join(' ') })
    } else blocks.push({ id, page, kind: 'text', text: line })
  }
  return { blocks, questions }
}

/** The demo and the templates, which are about everything: what a search could find instead. */
function others(): CapsuleTextBlock[] {
  const documents = [...demoCapsules('http://x'), ...templates].map(({ document }) => document as CapsuleDocument)
  return documents.flatMap((document, n) =>
    [...blocksOf(document)].flatMap((block, m) => {
      const text = plainText({ format: 1, pages: [{ id: 'one', blocks: [block as never] }] })
      const kind = block.type === 'heading' ? ('heading' as const) : ('text' as const)
      return text === '' || block.type === 'columns' ? [] : [{ id: `o${n}.${m}`, page: `o${n}`, kind, text }]
    }),
  )
}

const house = openHouse(undefined)
const { blocks, questions } = almanac()
let capsuleId: string
beforeAll(async () => {
  const { organizationId } = await house.team()
  capsuleId = await house.capsule(organizationId, { title: 'Skarvoy', blocks: [...others(), ...blocks] })
})
afterAll(() => house.close())

/**
 * Nine in ten is what is wanted. These questions were written by somebody who read the passages alone, and never the search: of them
 * 179 find theirs. The search was made with those at even places, and never looked at those at odd ones: 92 and 87. It must not get worse.
 */
test('of 200 questions about some 500 passages, 179 find theirs among the first three', async () => {
  expect(questions).toHaveLength(200)
  expect(blocks.length + others().length).toBeGreaterThan(500)
  const missed: string[] = []
  for (const { text, block } of questions) {
    const found = house.ai.chat.find(capsuleId, text).slice(0, 3)
    if (!found.some(({ passage }) => passage.block === block)) missed.push(text)
  }
  expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(21)
})
