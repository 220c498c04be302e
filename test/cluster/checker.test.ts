import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { check } from './checker.ts'
import type { Entry, History, LiveEvent, NodeSample, Outcome, Position } from './history.ts'

let clock = 0
/** One after the other, each a millisecond long. */
const entry = (session: string, operation: Entry['operation'], outcome: Outcome): Entry => {
  const invokedMs = clock
  clock += 2
  return { session, operation, outcome, invokedMs, completedMs: invokedMs + 1 }
}
const at = (number: number, epoch = 1): Position => ({ epoch, number })
const append = (session: string, id: string, outcome: Outcome = { kind: 'ok' }) =>
  entry(session, { kind: 'append', list: 'a', id }, outcome)
const read = (session: string, ids: readonly string[], position?: Position) =>
  entry(session, { kind: 'read', list: 'a' }, { kind: 'ok', ids, ...(position !== undefined && { position }) })
const holds = (node: string, ids: readonly string[], position = '1', hash = 'h'): NodeSample => ({
  ...{ node, final: true, databases: { 'shard-000': { position, hash } }, lists: { a: ids } },
})
const guilts = (history: Partial<History>) =>
  check({ entries: [], live: [], samples: [], ...history }).map(({ guilt }) => guilt)

describe('histories that break a promise', () => {
  test('an acknowledged write that a node does not hold is lost; an unknown one may be', () => {
    const entries = [append('s', 'x'), append('s', 'y', { kind: 'unknown' })]
    expect(guilts({ entries, samples: [holds('n1', ['x']), holds('n2', [])] })).toEqual(['lost-write'])
    expect(guilts({ entries, samples: [holds('n1', ['x', 'y'])] })).toEqual([])
  })

  test('read your writes', () => {
    expect(guilts({ entries: [append('s', 'x'), read('s', [])] })).toEqual(['read-your-writes'])
    expect(guilts({ entries: [append('s', 'x'), read('t', [])] })).toEqual([])
    expect(guilts({ entries: [append('s', 'x', { kind: 'unknown' }), read('s', [])] })).toEqual([])
  })

  test('monotonic reads; what was never acknowledged may vanish, and is told apart', () => {
    expect(guilts({ entries: [append('w', 'x'), read('s', ['x']), read('s', [])] })).toEqual(['monotonic-reads'])
    const unknown = append('w', 'x', { kind: 'unknown' })
    expect(guilts({ entries: [unknown, read('s', ['x']), read('s', [])] })).toEqual(['vanished'])
  })

  test('what was lost with an epoch and written anew in the next is due from its new place on', () => {
    const written = append('w', 'x', { kind: 'ok', position: at(9, 2) })
    const seen = [written, read('s', ['x'], at(5, 1))]
    expect(guilts({ entries: [...seen, read('s', [], at(8, 2))] })).toEqual(['vanished'])
    expect(guilts({ entries: [...seen, read('s', [], at(9, 2))] })).toEqual(['monotonic-reads'])
  })

  test('monotonic writes', () => {
    expect(guilts({ entries: [append('w', 'x'), append('w', 'y'), read('s', ['y'])] })).toEqual(['monotonic-writes'])
    expect(guilts({ entries: [append('w', 'x'), append('w', 'y'), read('s', ['x'])] })).toEqual([])
  })

  test('writes follow reads', () => {
    const entries = [append('w', 'x'), read('s', ['x']), append('s', 'y'), read('t', ['y'])]
    expect(guilts({ entries })).toEqual(['writes-follow-reads'])
  })

  test('what nobody wrote, what was refused, what is shown twice', () => {
    expect(guilts({ entries: [read('s', ['x'])] })).toEqual(['phantom'])
    expect(guilts({ entries: [append('w', 'x', { kind: 'fail' }), read('s', ['x'])] })).toEqual(['phantom'])
    expect(guilts({ entries: [append('w', 'x'), read('s', ['x', 'x'])] })).toEqual(['duplicate'])
    const elsewhere = entry('s', { kind: 'read', list: 'b' }, { kind: 'ok', ids: ['x'] })
    expect(guilts({ entries: [append('w', 'x'), elsewhere] })).toEqual(['phantom'])
  })

  test("a session's positions do not go back, an old epoch's number never outranks a new epoch", () => {
    expect(guilts({ entries: [read('s', [], at(5)), read('s', [], at(4))] })).toEqual(['position-went-back'])
    expect(guilts({ entries: [read('s', [], at(9, 1)), read('s', [], at(2, 2))] })).toEqual([])
    expect(guilts({ entries: [read('s', [], at(2, 2)), read('s', [], at(9, 1))] })).toEqual(['position-went-back'])
  })

  test('two primaries that acknowledge are seen by the order of time; overlapping ones are not judged', () => {
    const late = append('s', 'x', { kind: 'ok', position: at(9, 2) })
    const old = append('t', 'y', { kind: 'ok', position: at(30, 1) })
    expect(guilts({ entries: [late, old] })).toEqual(['acknowledgement-went-back'])
    const beside = { ...old, invokedMs: late.invokedMs }
    expect(guilts({ entries: [late, beside] })).toEqual([])
  })

  test('live events: gaps and repeats; a reload or a new incarnation begins anew', () => {
    const event = (sequence: number, incarnation = 1): LiveEvent => ({
      kind: 'event',
      client: 'c',
      incarnation,
      sequence,
    })
    expect(guilts({ live: [event(1), event(2), event(4)] })).toEqual(['live-gap'])
    expect(guilts({ live: [event(1), event(2), event(2)] })).toEqual(['live-repeat'])
    expect(guilts({ live: [event(4), { kind: 'reload', client: 'c' }, event(9)] })).toEqual([])
    expect(guilts({ live: [event(4), event(1, 2), event(2, 2)] })).toEqual([])
  })

  test('live events: after a reload nothing is left out; the last is heard, and none after it', () => {
    const event = (sequence: number): LiveEvent => ({ kind: 'event', client: 'c', incarnation: 1, sequence })
    const reload = (at: number): LiveEvent => ({ kind: 'reload', client: 'c', at })
    const end = (sequence: number): LiveEvent => ({ kind: 'end', client: 'c', sequence })
    expect(guilts({ live: [reload(4), event(4), event(5), end(5)] })).toEqual([])
    expect(guilts({ live: [reload(4), event(6), end(6)] })).toEqual(['live-gap'])
    expect(guilts({ live: [reload(4), event(5), end(6)] })).toEqual(['live-gap'])
    expect(guilts({ live: [reload(4), event(5), end(4)] })).toEqual(['phantom'])
    expect(guilts({ live: [end(1)] })).toEqual(['live-gap'])
  })

  test('nodes that differ at one position, end at two, or lack a database', () => {
    expect(guilts({ samples: [holds('n1', [], '7', 'h'), holds('n2', [], '7', 'i')] })).toEqual(['divergence'])
    expect(guilts({ samples: [holds('n1', [], '7', 'h'), holds('n2', [], '8', 'i')] })).toEqual(['divergence'])
    const empty: NodeSample = { node: 'n2', final: true, databases: {}, lists: {} }
    expect(guilts({ samples: [holds('n1', []), empty] })).toEqual(['divergence'])
    const earlier: NodeSample = { ...holds('n2', [], '6', 'g'), final: false }
    expect(guilts({ samples: [earlier, holds('n1', [], '7'), holds('n2', [], '7')] })).toEqual([])
  })
})

/** One step of an ideal cluster. `fresh`: from 0, only what the session knows, to 1, all there is. */
interface Step {
  readonly session: number
  readonly list: number
  readonly kind: 'append' | 'read'
  readonly outcome: 'ok' | 'fail' | 'unknown-done' | 'unknown-lost'
  readonly fresh: number
  readonly elected: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  session: fc.nat(4),
  list: fc.nat(2),
  kind: fc.constantFrom('append', 'read'),
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'fail', 'unknown-done', 'unknown-lost'),
  fresh: fc.float({ min: 0, max: 1, noNaN: true }),
  elected: fc.boolean(),
})

/** A log, sessions that carry their position, reads of any prefix that is not before it: clean by construction. */
function ideal(steps: readonly Step[]): History {
  const log: { list: string; id: string }[] = []
  const positions = new Map<number, number>()
  let epoch = 1
  const epochs = [1]
  const entries = steps.map((each, n): Entry => {
    if (each.elected) epoch++
    const session = `s${each.session}`
    const list = `l${each.list}`
    const times = { session, invokedMs: n * 2, completedMs: n * 2 + 1 }
    const know = positions.get(each.session) ?? 0
    if (each.kind === 'read') {
      const until = know + Math.round((log.length - know) * each.fresh)
      positions.set(each.session, until)
      const ids = log.slice(0, until).flatMap((row) => (row.list === list ? [row.id] : []))
      const position = { epoch: epochs[until] ?? 1, number: until }
      return { ...times, operation: { kind: 'read', list }, outcome: { kind: 'ok', ids, position } }
    }
    const id = `i${n}`
    const operation = { kind: 'append', list, id } as const
    if (each.outcome === 'fail') return { ...times, operation, outcome: { kind: 'fail' } }
    if (each.outcome === 'unknown-lost') return { ...times, operation, outcome: { kind: 'unknown' } }
    log.push({ list, id })
    epochs[log.length] = epoch
    if (each.outcome === 'unknown-done') return { ...times, operation, outcome: { kind: 'unknown' } }
    positions.set(each.session, log.length)
    return { ...times, operation, outcome: { kind: 'ok', position: { epoch, number: log.length } } }
  })
  const lists: Record<string, string[]> = {}
  for (const { list, id } of log) lists[list] = [...(lists[list] ?? []), id]
  const databases = { 'shard-000': { position: String(log.length), hash: 'h' } }
  const samples = ['n1', 'n2', 'n3'].map((node): NodeSample => ({ node, final: true, databases, lists }))
  return { entries, live: [], samples }
}

describe('histories of an ideal cluster', () => {
  test('are clean', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => expect(check(ideal(steps))).toEqual([])))
  })

  test('are not, once any acknowledged write is taken from any node', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), fc.nat(2), (steps, which, node) => {
        const history = ideal(steps)
        const acknowledged = history.entries.flatMap(({ operation, outcome }) =>
          operation.kind === 'append' && outcome.kind === 'ok' ? [operation.id] : [],
        )
        fc.pre(acknowledged.length > 0)
        const lost = acknowledged[which % acknowledged.length]
        const samples = history.samples.map((sample, n) => (n === node ? without(sample, lost) : sample))
        expect(check({ ...history, samples }).map(({ guilt }) => guilt)).toEqual(['lost-write'])
      }),
    )
  })

  test('are not, once a later read of a session shows less than an earlier one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const history = ideal(steps)
        const seen = history.entries.findLast(({ outcome }) => outcome.kind === 'ok' && (outcome.ids?.length ?? 0) > 0)
        fc.pre(seen !== undefined)
        const end = history.entries.length * 2
        const blind: Entry = { ...seen, outcome: { kind: 'ok', ids: [] }, invokedMs: end, completedMs: end + 1 }
        const found = check({ ...history, entries: [...history.entries, blind] })
        expect(found.length).toBeGreaterThan(0)
        expect(found.every(({ guilt }) => ['read-your-writes', 'monotonic-reads', 'vanished'].includes(guilt))).toBe(
          true,
        )
      }),
    )
  })
})

function without(sample: NodeSample, id: string | undefined): NodeSample {
  const lists = Object.entries(sample.lists ?? {}).map(([name, ids]) => [name, ids.filter((each) => each !== id)])
  return { ...sample, lists: Object.fromEntries(lists) as Record<string, string[]> }
}
