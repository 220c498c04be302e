import type { Change, ChangeLog, LogPlace, Recent, RecentQuery } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'

export const organizationId: OrganizationId = 'org_0000000000'
/** Two capsules of one organization: what happens to one moves the sequence of the other's log. */
export const capsuleIds = ['cap_000000000000000000000000000001', 'cap_000000000000000000000000000002'] as const

export interface Row extends Change {
  /** What visitors of the subject see after it; undefined: nothing. */
  readonly visible: number | undefined
  /** Votes for the subject after it. */
  readonly votes: number
}

/** The change log as the cluster's primary keeps it: confirmed up to a row; what is beyond may still be lost. */
export class SimulatedLog {
  readonly rows: Row[] = []
  confirmed = 0
  /** Rows of an incarnation up to this sequence are pruned. */
  pruned = 0
  #place: LogPlace = { incarnation: 1, sequence: 0 }
  readonly voters = new Map<string, Set<string>>(capsuleIds.map((id) => [id, new Set()]))

  append(kind: string, subject: string, payload: unknown, visible: number | undefined): Row {
    this.#place = { ...this.#place, sequence: this.#place.sequence + 1 }
    const row: Row = {
      ...this.#place,
      row: this.rows.length + 1,
      database: 'shard-000',
      organizationId,
      kind,
      subject,
      payload,
      atMs: 0,
      visible,
      votes: this.voters.get(subject)?.size ?? 0,
    }
    this.rows.push(row)
    return row
  }

  /** The organization was restored or moved: its log begins anew. Whatever was there before is no part of it. */
  renew(): void {
    this.#place = { incarnation: this.#place.incarnation + 1, sequence: 0 }
    this.pruned = 0
  }

  /** A failover: what was not confirmed is gone, and its places are used again. */
  truncate(): void {
    this.rows.length = this.confirmed
    const last = this.rows.at(-1)
    if (last !== undefined && last.incarnation === this.#place.incarnation) {
      this.#place = { ...this.#place, sequence: last.sequence }
    } else this.#place = { ...this.#place, sequence: 0 }
  }

  get incarnation(): number {
    return this.#place.incarnation
  }

  last(subject: string, upTo = this.rows.length): Row | undefined {
    return this.rows.slice(0, upTo).findLast((row) => row.subject === subject)
  }
}

/** The log as one node sees it: so many rows are confirmed there. */
export class NodeLog implements ChangeLog {
  confirmed: number

  constructor(readonly log: SimulatedLog) {
    this.confirmed = log.confirmed
  }

  head(): LogPlace {
    const last = this.log.rows[this.confirmed - 1]
    return last === undefined
      ? { incarnation: 1, sequence: 0 }
      : { incarnation: last.incarnation, sequence: last.sequence }
  }

  recent(_organizationId: OrganizationId, { subject, kinds, rowsMax }: RecentQuery): Recent {
    const head = this.head()
    const pruned = head.incarnation === this.log.incarnation ? this.log.pruned : 0
    const after = Math.max(Math.min(pruned, head.sequence), head.sequence - rowsMax, 0)
    const changes = this.log.rows
      .slice(0, this.confirmed)
      .filter(
        (row) =>
          row.incarnation === head.incarnation &&
          row.sequence > after &&
          row.subject === subject &&
          kinds.includes(row.kind),
      )
    return { head, after: { incarnation: head.incarnation, sequence: after }, changes }
  }
}
