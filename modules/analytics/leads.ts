import type { Jobs } from '../../src/jobs/jobs.ts'
import { tellLead } from './operations/leads.ts'
import type { Visits } from './visits.ts'

/** A visit whose interest passed the organization's threshold. */
export interface HotLead {
  /** The same for every telling of it. */
  readonly id: string
  readonly capsuleId: string
  readonly visitor: string
  /** Given at the gate of a link; absent: nobody asked. */
  readonly email?: string | undefined
  readonly score: number
  readonly atMs: number
}

/** Tells of each lead at least once, whatever ends in between: whoever is told knows it again by its id. */
export function tellLeads(jobs: Jobs, visits: Pick<Visits, 'find'>, tell: (lead: HotLead) => Promise<void>): void {
  jobs.handle(tellLead, async ({ capsuleId, row, atMs }) => {
    const visit = visits.find(capsuleId, row)
    if (visit === undefined) return
    const { id, visitor, email, score } = visit
    await tell({ id: `${capsuleId}_${id}`, capsuleId, visitor, email: email ?? undefined, score, atMs })
  })
}
