import type { RequestRecord } from '../../src/http/request-record.ts'

/** Names that are counted apart in one minute; what comes after is not counted. */
const namesMax = 20_000
/** Of the ids of src/db/ids.ts: the time, the organization's own part, and the whole behind the prefix. */
const [timeLength, shortLength, ownedLength] = [9, 10, 30]
const api = '/api/v1/'

export interface Counted {
  good: number
  bad: number
}

/**
 * Whose requests were answered and whose were not, since somebody last asked. A request belongs to the organization whose slug
 * its path begins with, or whose id the first id in it carries. What a client did wrong (4xx) says nothing about availability.
 */
export class AvailabilityRecord implements RequestRecord {
  #counts = new Map<string, Counted>()

  note(url: string, status: number): void {
    if (status >= 400 && status < 500) return
    const name = nameIn(url)
    if (name === undefined) return
    let counted = this.#counts.get(name)
    if (counted === undefined) {
      if (this.#counts.size >= namesMax) return
      counted = { good: 0, bad: 0 }
      this.#counts.set(name, counted)
    }
    if (status >= 500) counted.bad++
    else counted.good++
  }

  /** Slug or organization id → what was counted; begins anew. */
  take(): ReadonlyMap<string, Counted> {
    const taken = this.#counts
    this.#counts = new Map()
    return taken
  }

  /** What could not be stored waits with what comes. */
  giveBack(taken: ReadonlyMap<string, Counted>): void {
    for (const [name, { good, bad }] of taken) {
      const counted = this.#counts.get(name)
      if (counted === undefined) {
        if (this.#counts.size < namesMax) this.#counts.set(name, { good, bad })
        continue
      }
      counted.good += good
      counted.bad += bad
    }
  }
}

/** The slug or the organization id in an address. Cut out without parsing it: every request pays this. */
export function nameIn(url: string): string | undefined {
  const start = url.indexOf('/', 8)
  if (start === -1) return undefined
  if (url.startsWith(api, start)) return ownerIn(url, start + api.length)
  const end = url.indexOf('/', start + 1)
  return end === -1 || end === start + 1 ? undefined : url.slice(start + 1, end)
}

/** `capsules/cap_…` names its owner. Whether there is such an owner is found out when the counts are stored. */
function ownerIn(url: string, from: number): string | undefined {
  const begin = url.indexOf('/', from) + 1
  if (begin === 0 || url[begin + 3] !== '_') return undefined
  if (url.startsWith('org_', begin)) return url.slice(begin, begin + 4 + shortLength)
  const short = begin + 4 + timeLength
  const end = begin + 4 + ownedLength
  const next = url[end]
  const isWhole = url.length >= end && (next === undefined || next === '/' || next === '?')
  return isWhole ? `org_${url.slice(short, short + shortLength)}` : undefined
}
