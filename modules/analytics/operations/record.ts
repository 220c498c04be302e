import { Type } from '@sinclair/typebox'
import { defineOperation, type OperationContext, type Tx } from '../../../src/db/operation.ts'
import { leadHot } from '../events.ts'
import { analyticsLimits } from '../limits.ts'
import { visitName } from '../visit-name.ts'
import { tellLead } from './leads.ts'
import { Recording } from './recording.ts'
import { removeOldVisits } from './retention.ts'
import { settingOf } from './settings.ts'
import { told } from './told.ts'

/** A beacon waits for a writer that is away, but not for longer. Whatever else a node's clock says is a lie: it was heard a moment ago. */
const lateMsMax = 600_000
const dayMs = 86_400_000
const beacons = Type.Array(told, { minItems: 1, maxItems: analyticsLimits.beaconsPerWriteMax })

export interface Recorded {
  readonly recorded: number
  readonly ignored: number
}

/** Writes what beacons told, and announces whose interest has passed the threshold. Told again it is the same. */
export const recordVisits = defineOperation(
  { name: 'analytics.record', database: 'shard', repeats: 'natural', input: Type.Object({ beacons }) },
  (tx, input, context): Recorded => {
    const { nowMs } = context
    const at = (atMs: number) => (atMs < nowMs - lateMsMax ? nowMs : Math.min(atMs, nowMs))
    return record(tx, input.beacons, at, context, true)
  },
)

/** Visits of an earlier time, as they were: for the demo. Nobody is told of them. */
export const importVisits = defineOperation(
  { name: 'analytics.backfill', database: 'shard', repeats: 'natural', input: Type.Object({ beacons }) },
  (tx, input, context): Recorded => record(tx, input.beacons, (atMs) => Math.min(atMs, context.nowMs), context, false),
)

function record(
  tx: Tx,
  all: readonly (typeof beacons.static)[number][],
  at: (atMs: number) => number,
  context: OperationContext,
  tells: boolean,
): Recorded {
  const recording = new Recording(tx)
  let [recorded, ignored] = [0, 0]
  for (const one of all) {
    const outcome = recording.record(one, at(one.atMs))
    if (outcome === 'recorded') recorded++
    else if (outcome === 'ignored') ignored++
  }
  const { hotScore } = settingOf(tx, context.organizationId ?? '')
  for (const visit of recording.finish(hotScore)) {
    if (!tells) continue
    const { capsuleId, visitor, email, score, link, country, device } = visit
    context.announce(leadHot, capsuleId, {
      ...{ visit: visitName(visit.row), visitor, email, score, link, country, device },
    })
    context.enqueue(tellLead, { capsuleId, row: visit.row, atMs: context.nowMs })
  }
  for (const capsuleId of new Set(all.map((one) => one.capsuleId))) {
    const runAtMs = (Math.floor(context.nowMs / dayMs) + 1) * dayMs
    context.enqueue(removeOldVisits, { capsuleId }, { key: capsuleId, runAtMs })
  }
  return { recorded, ignored }
}
