import { AppError } from '../../src/errors.ts'
import { byteOrderMark, type Cell, csvRecord } from '../../src/http/csv.ts'
import { answerableBlock } from './document/blocks.ts'
import type { Documents } from './documents.ts'
import type { CapsuleRow } from './operations/rows.ts'
import { type Column, cellsOf, columnsOf } from './response-columns.ts'
import type { Responses, StoredResponse } from './responses.ts'
import { answeredBlocks } from './results.ts'

/** Answers read and written at a time, a millisecond or two of work: what is in memory of a file, however long it is. */
const rowsPerChunk = 100

interface Sources {
  readonly documents: Documents
  readonly responses: Responses
}

export interface FileOptions {
  /** One block; absent: all, each with columns of its own. */
  readonly block?: string | undefined
  /** For Excel, which takes UTF-8 for something else without it. */
  readonly byteOrderMark?: boolean | undefined
}

const fixed = ['time', 'response', 'visitor', 'version']

/**
 * The answers of a capsule as CSV (RFC 4180): oldest first, those that are there when it begins, each in the words of the
 * version it answered. The columns are all that any answered version has, the newest version's first. It is made as fast as it is
 * read, some rows at a time, and ends when its reader leaves.
 * @throws AppError not-found for a block that is not in the capsule's last version and has no answers.
 */
export function responseFile(sources: Sources, row: CapsuleRow, options: FileOptions): ReadableStream<Uint8Array> {
  const { block } = options
  const blocks = answeredBlocks(sources, row).map(({ id }) => id)
  if (block !== undefined && !blocks.includes(block)) {
    throw new AppError('not-found', 'There is no such block that takes answers.', {
      faults: [{ pointer: '?block', message: 'takes no answers, or does not exist' }],
    })
  }
  const wanted = block === undefined ? blocks : [block]
  let left = false
  const parts = records(sources, row, wanted, options, () => left)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (left) return
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel() {
        left = true
      },
    },
    { highWaterMark: 0 },
  )
}

async function* records(
  sources: Sources,
  row: CapsuleRow,
  blocks: readonly string[],
  options: FileOptions,
  left: () => boolean,
): AsyncGenerator<string> {
  const one = options.block !== undefined
  const until = sources.responses.lastPlace(row.id)
  const columns = await columnsOfAll(sources, row, blocks, left)
  const start = options.byteOrderMark ? byteOrderMark : ''
  yield start + csvRecord([...fixed, ...(one ? [] : ['block']), ...labelsOf(columns, one)])
  let cursor: string | undefined
  do {
    const page = sources.responses.list(row.id, { limit: rowsPerChunk, cursor, until, block: options.block })
    cursor = page.nextCursor ?? undefined
    if (page.items.length > 0) yield page.items.map((item) => record(sources, row, item, columns, one)).join('')
    await turn()
  } while (cursor !== undefined && !left())
}

/** The columns of these blocks over all versions they were answered in, read one by one with room for others between. */
async function columnsOfAll(
  { documents, responses }: Sources,
  row: CapsuleRow,
  blocks: readonly string[],
  left: () => boolean,
): Promise<Column[]> {
  const answered = responses.answeredVersions(row.id)
  const versions = new Set([row.lastVersion, ...blocks.flatMap((block) => answered.get(block) ?? [])])
  const union = new Map(blocks.map((block) => [block, new Map<string, Column>()]))
  for (const number of [...versions].toSorted((one, other) => other - one)) {
    const document = left() ? undefined : documents.once(row.id, number)
    for (const [block, columns] of document === undefined ? [] : union) {
      const found = document === undefined ? undefined : answerableBlock(document, block)
      for (const column of found === undefined ? [] : columnsOf(found)) {
        if (!columns.has(column.key)) columns.set(column.key, column)
      }
    }
    await turn()
  }
  return [...union.values()].flatMap((columns) => [...columns.values()])
}

/** Lets everybody else have theirs. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Words for people; two columns with the same ones are told apart by their keys. */
function labelsOf(columns: readonly Column[], one: boolean): string[] {
  const labels = columns.map(({ block, label }) => (one ? label : `${block}: ${label}`))
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return labels.map((label, n) =>
    counts.get(label) === 1 ? label : `${label} (${columns[n]?.key.replace(/^\w+\//, '')})`,
  )
}

function record(
  { documents }: Sources,
  row: CapsuleRow,
  answer: StoredResponse,
  columns: readonly Column[],
  one: boolean,
): string {
  const document = documents.version(row.id, answer.version)
  const block = document === undefined ? undefined : answerableBlock(document, answer.block)
  const cells = block === undefined ? new Map<string, Cell>() : cellsOf(block, answer.value)
  return csvRecord([
    new Date(answer.at).toISOString(),
    answer.id,
    answer.visitor,
    answer.version,
    ...(one ? [] : [answer.block]),
    ...columns.map((column) => (column.block === answer.block ? cells.get(column.key) : undefined)),
  ])
}
