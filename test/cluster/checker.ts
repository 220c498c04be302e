import {
  comparePositions,
  type Entry,
  type History,
  type LiveEvent,
  type NodeSample,
  type Position,
} from './history.ts'

/**
 * What a history can be guilty of. The four session guarantees are those of Terry et al., "Session Guarantees for Weakly
 * Consistent Replicated Data" (1994).
 */
export type Guilt =
  /** An acknowledged append is missing on one node or more after the storm. */
  | 'lost-write'
  | 'read-your-writes'
  | 'monotonic-reads'
  | 'monotonic-writes'
  | 'writes-follow-reads'
  /** A session got an answer from before one that it had. */
  | 'position-went-back'
  /** An acknowledgement carries a position before that of one which had ended when it began: two primaries, or a lost tail. */
  | 'acknowledgement-went-back'
  /** Something was shown that nobody wrote, or that was refused. */
  | 'phantom'
  /** Something was shown twice in one list. */
  | 'duplicate'
  | 'live-gap'
  | 'live-repeat'
  /** Two nodes differ at one position, or do not end at the same. */
  | 'divergence'
  /** Seen, never acknowledged, then gone: a tail that did not survive its primary. Allowed unless reads promise more. */
  | 'vanished'

export interface Verdict {
  readonly guilt: Guilt
  readonly detail: string
}

/** All that can be held against a history; empty when it is clean. */
export function check(history: History): Verdict[] {
  const entries = history.entries.toSorted((a, b) => a.invokedMs - b.invokedMs)
  return [
    ...phantoms(entries, history.samples),
    ...lostWrites(entries, history.samples),
    ...sessions(entries),
    ...acknowledgements(entries),
    ...live(history.live),
    ...divergence(history.samples),
  ]
}

const verdict = (guilt: Guilt, detail: string): Verdict => ({ guilt, detail })

const isAcknowledged = ({ operation, outcome }: Entry) => operation.kind === 'append' && outcome.kind === 'ok'

function phantoms(entries: readonly Entry[], samples: readonly NodeSample[]): Verdict[] {
  const written = new Map<string, Entry>()
  for (const entry of entries) if (entry.operation.kind === 'append') written.set(entry.operation.id, entry)
  const shown = [
    ...entries.flatMap(({ session, operation, outcome }) =>
      operation.kind === 'read' && outcome.kind === 'ok'
        ? [{ where: `${session} read ${operation.list}`, list: operation.list, ids: outcome.ids ?? [] }]
        : [],
    ),
    ...samples.flatMap(({ node, lists }) =>
      Object.entries(lists ?? {}).map(([list, ids]) => ({ where: `${node} holds ${list}`, list, ids })),
    ),
  ]
  return shown.flatMap(({ where, list, ids }) => {
    const found: Verdict[] = []
    const once = new Set<string>()
    for (const id of ids) {
      const entry = written.get(id)
      if (once.has(id)) found.push(verdict('duplicate', `${where}: ${id} twice`))
      else if (entry?.operation.list !== list) found.push(verdict('phantom', `${where}: nobody wrote ${id} there`))
      else if (entry.outcome.kind === 'fail') found.push(verdict('phantom', `${where}: ${id} had been refused`))
      once.add(id)
    }
    return found
  })
}

function lostWrites(entries: readonly Entry[], samples: readonly NodeSample[]): Verdict[] {
  const nodes = samples.flatMap(({ node, final, lists }) => {
    if (!final) return []
    const held = new Set(Object.entries(lists ?? {}).flatMap(([list, ids]) => ids.map((id) => `${list}\n${id}`)))
    return [{ node, held }]
  })
  return entries.filter(isAcknowledged).flatMap(({ operation }) => {
    if (operation.kind !== 'append') return []
    const missing = nodes.filter(({ held }) => !held.has(`${operation.list}\n${operation.id}`)).map(({ node }) => node)
    if (missing.length === 0) return []
    return [verdict('lost-write', `${operation.id} was acknowledged and is missing on ${missing.join(', ')}`)]
  })
}

/** What a session knows of a list, in the order in which it learned it. */
interface Knowledge {
  readonly ids: string[]
  readonly known: Set<string>
  /** Own acknowledged writes. */
  readonly own: Set<string>
}

/** The session guarantees. `entries` are in the order of their beginning, and a session's own do not overlap. */
function sessions(entries: readonly Entry[]): Verdict[] {
  const found: Verdict[] = []
  const acknowledged = new Map<string, Position | undefined>()
  for (const { operation, outcome } of entries) {
    if (operation.kind === 'append' && outcome.kind === 'ok') acknowledged.set(operation.id, outcome.position)
  }
  /** What was seen before it was confirmed may be lost, and be written anew when its author asks again: due from there on only. */
  const isDue = (id: string, reader: Position | undefined) => {
    const writing = acknowledged.get(id)
    if (writing === undefined || reader === undefined) return acknowledged.has(id)
    return comparePositions(writing, reader) <= 0
  }
  const knowledge = new Map<string, Knowledge>()
  /** By appended id: what its session knew of the list when it began, and so everybody who sees it must see. */
  const causes = new Map<string, { readonly of: Knowledge; readonly count: number }>()
  const positions = new Map<string, Position>()
  for (const { session, operation, outcome } of entries) {
    const key = `${session}\n${operation.list}`
    const mine = knowledge.get(key) ?? { ids: [], known: new Set<string>(), own: new Set<string>() }
    knowledge.set(key, mine)
    if (operation.kind === 'append') causes.set(operation.id, { of: mine, count: mine.ids.length })
    if (outcome.kind !== 'ok') continue
    const before = positions.get(session)
    if (outcome.position !== undefined) {
      if (before !== undefined && comparePositions(outcome.position, before) < 0) {
        found.push(verdict('position-went-back', `${session}: ${show(outcome.position)} after ${show(before)}`))
      } else positions.set(session, outcome.position)
    }
    if (operation.kind === 'append') {
      learn(mine, operation.id)
      mine.own.add(operation.id)
      continue
    }
    const shown = new Set(outcome.ids ?? [])
    const isOwed = (id: string) => isDue(id, outcome.position)
    for (const id of mine.ids) {
      if (shown.has(id)) continue
      const guilt = mine.own.has(id) ? 'read-your-writes' : isOwed(id) ? 'monotonic-reads' : 'vanished'
      found.push(verdict(guilt, `${session} read ${operation.list} at ${outcome.node ?? 'a node'} without ${id}`))
    }
    found.push(...missingCauses(shown, causes, isOwed, `${session} read ${operation.list}`))
    for (const id of shown) learn(mine, id)
  }
  return found
}

function learn(knowledge: Knowledge, id: string): void {
  if (knowledge.known.has(id)) return
  knowledge.known.add(id)
  knowledge.ids.push(id)
}

/** What stands before a shown append in its author's eyes must be shown too. */
function missingCauses(
  shown: ReadonlySet<string>,
  causes: ReadonlyMap<string, { readonly of: Knowledge; readonly count: number }>,
  isOwed: (id: string) => boolean,
  where: string,
): Verdict[] {
  // Of one author the last shown append has the most causes: its own suffice.
  const widest = new Map<Knowledge, number>()
  for (const id of shown) {
    const cause = causes.get(id)
    if (cause !== undefined) widest.set(cause.of, Math.max(widest.get(cause.of) ?? 0, cause.count))
  }
  return [...widest].flatMap(([of, count]) =>
    of.ids.slice(0, count).flatMap((id) => {
      if (shown.has(id)) return []
      const guilt = of.own.has(id) ? 'monotonic-writes' : isOwed(id) ? 'writes-follow-reads' : 'vanished'
      return [verdict(guilt, `${where} without ${id}, which a shown append was made after`)]
    }),
  )
}

/** Real time: what had ended before another began may not carry a later position. */
function acknowledgements(entries: readonly Entry[]): Verdict[] {
  const acks = entries.flatMap((entry) => {
    const { outcome } = entry
    return isAcknowledged(entry) && outcome.kind === 'ok' && outcome.position !== undefined
      ? [{ ...entry, position: outcome.position }]
      : []
  })
  const byEnd = acks.toSorted((a, b) => a.completedMs - b.completedMs)
  const found: Verdict[] = []
  let ended = 0
  let highest: Position | undefined
  for (const ack of acks) {
    for (let next = byEnd[ended]; next !== undefined && next.completedMs < ack.invokedMs; next = byEnd[++ended]) {
      if (highest === undefined || comparePositions(next.position, highest) > 0) highest = next.position
    }
    if (highest !== undefined && comparePositions(ack.position, highest) < 0) {
      found.push(verdict('acknowledgement-went-back', `${show(ack.position)} began after ${show(highest)} had ended`))
    }
  }
  return found
}

/**
 * Each client's events are numbered without a gap, until it is told to reload or the numbering begins anew. A reload names what it
 * showed already; what is told after it may be that again, but leaves nothing out.
 */
function live(events: readonly LiveEvent[]): Verdict[] {
  const last = new Map<string, { incarnation: number | undefined; sequence: number }>()
  return events.flatMap((event) => {
    const { client } = event
    const before = last.get(client)
    if (event.kind === 'reload') {
      if (event.at === undefined) last.delete(client)
      else last.set(client, { incarnation: undefined, sequence: event.at })
      return []
    }
    const { sequence } = event
    const told = (guilt: Guilt, what: string) => [
      verdict(guilt, `${client}: ${sequence} ${what} ${before?.sequence ?? 'nothing'}`),
    ]
    if (event.kind === 'end') {
      if (before === undefined || before.sequence < sequence) return told('live-gap', 'was the last, it ended with')
      return before.sequence > sequence ? told('phantom', 'was the last, it was told of') : []
    }
    last.set(client, { incarnation: event.incarnation, sequence })
    if (before === undefined) return []
    if (before.incarnation === undefined) return sequence > before.sequence + 1 ? told('live-gap', 'after') : []
    if (before.incarnation !== event.incarnation || sequence === before.sequence + 1) return []
    return told(sequence > before.sequence ? 'live-gap' : 'live-repeat', 'after')
  })
}

function divergence(samples: readonly NodeSample[]): Verdict[] {
  const found: Verdict[] = []
  const contents = new Map<string, { hash: string; node: string }>()
  const ends = new Map<string, { position: string; node: string }>()
  for (const { node, final, databases } of samples) {
    for (const [database, { position, hash }] of Object.entries(databases)) {
      const at = `${database} at ${position}`
      const same = contents.get(at)
      if (same === undefined) contents.set(at, { hash, node })
      else if (same.hash !== hash) found.push(verdict('divergence', `${at} differs between ${same.node} and ${node}`))
      if (!final) continue
      const end = ends.get(database)
      if (end === undefined) ends.set(database, { position, node })
      else if (end.position !== position) {
        found.push(
          verdict('divergence', `${database} ended at ${end.position} on ${end.node}, at ${position} on ${node}`),
        )
      }
    }
  }
  const names = samples
    .filter(({ final }) => final)
    .map(({ node, databases }) => ({ node, names: Object.keys(databases) }))
  for (const { node, names: own } of names) {
    for (const database of ends.keys()) {
      if (!own.includes(database)) found.push(verdict('divergence', `${node} has no ${database}`))
    }
  }
  return found
}

function show({ epoch, number }: Position): string {
  return `(${epoch}, ${number})`
}
