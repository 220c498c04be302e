import type { Block, BlockResult, CapsuleDocument } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'
import { ResultCard } from '../history/result-card.tsx'
import type { RoomState } from './room-line.ts'

type Totals = NonNullable<RoomState['totals']>

/** What is asked on the page that everybody is on: how it stands, and whether it takes answers. */
export function PageBlocks({
  page,
  results,
  totals,
  closed,
  onClosed,
}: {
  readonly page: CapsuleDocument['pages'][number] | undefined
  readonly results: readonly BlockResult[]
  readonly totals: Totals
  readonly closed: readonly string[]
  /** Absent: this person may not, or nobody presents. */
  readonly onClosed: ((closed: readonly string[]) => void) | undefined
}) {
  const words = t().presenting
  const here = page === undefined ? results : results.filter(({ block }) => asks(page.blocks, block))
  return (
    <section class="part" aria-labelledby="desk-asked">
      <h2 id="desk-asked">{page === undefined ? words.asked : words.askedHere}</h2>
      {here.length === 0 && <p class="hint">{words.askedNothing}</p>}
      {here.map((result) => {
        const isClosed = closed.includes(result.block)
        const others = closed.filter((block) => block !== result.block)
        return (
          <div key={result.block} class="asked">
            <ResultCard result={withTotals(result, totals)} />
            {onClosed !== undefined && (
              <button
                type="button"
                class="button"
                aria-pressed={isClosed}
                onClick={() => onClosed(isClosed ? others : [...others, result.block])}
              >
                {isClosed ? words.open : words.close}
              </button>
            )}
          </div>
        )
      })}
    </section>
  )
}

function asks(blocks: readonly Block[], id: string): boolean {
  return blocks.some(
    (block) => block.id === id || (block.type === 'columns' && block.columns.some((one) => asks(one, id))),
  )
}

/** The results as they were loaded, with what the room has told since. */
function withTotals(result: BlockResult, totals: Totals): BlockResult {
  const its = totals[result.block]
  if (its === undefined) return result
  const { total, choices } = its
  if (result.kind === 'poll') {
    return { ...result, total, choices: result.choices.map((one) => ({ ...one, count: choices[one.id] ?? 0 })) }
  }
  if (result.kind === 'quiz') {
    return {
      ...result,
      total,
      scores: result.scores.map((one) => ({ ...one, count: choices[`score:${one.score}`] ?? 0 })),
    }
  }
  return { ...result, total }
}
