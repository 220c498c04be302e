import { AppError } from '../../src/errors.ts'
import type { Responses } from '../capsule/index.ts'
import type { GivenAnswers } from './capsules/capsule.ts'

/** Sent together, so that they share commits. */
const atOnce = 50

/**
 * Answers a block as its definition says, through the door that visitors use. The ids are made of what is answered, so that a
 * repetition changes nothing; nothing is sent when the block has that many answers already.
 */
export async function giveAnswers(
  responses: Pick<Responses, 'submit' | 'totals'>,
  capsuleId: string,
  version: number,
  slug: string,
  { block, values }: GivenAnswers,
): Promise<void> {
  const all = inTurn(values)
  if (responses.totals(capsuleId, block).total >= all.length) return
  for (let start = 0; start < all.length; start += atOnce) {
    await Promise.all(
      all.slice(start, start + atOnce).map(async (value, n) => {
        const number = String(start + n + 1).padStart(4, '0')
        const answer = { id: `demo-${slug}-${block}-${number}`, version, block, value }
        try {
          await responses.submit(capsuleId, answer, `demo-visitor-${number}`)
        } catch (error) {
          // Given to an earlier version of the capsule: it counts there.
          if (!(error instanceof AppError && error.code === 'conflict')) throw error
        }
      }),
    )
  }
}

/** One of each value after the other, as long as there are any: so come answers from a crowd. */
function inTurn(values: GivenAnswers['values']): unknown[] {
  const most = Math.max(...values.map(([, visitors]) => visitors))
  return Array.from({ length: most }, (_, round) =>
    values.filter(([, visitors]) => visitors > round).map(([value]) => value),
  ).flat()
}
