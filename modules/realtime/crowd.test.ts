import { expect, test } from 'bun:test'
import type { Neighbours, Peer } from '../../src/node/neighbours.ts'
import { Crowd } from './crowd.ts'

const capsule = 'cap_one'

/** Nodes of which one is in the middle; what they say arrives when time passes. */
function star(names: readonly string[]) {
  let hub = names[0] ?? ''
  let timers: (() => void)[] = []
  const clock = {
    nowMs: () => 0,
    passedMs: () => 0,
    after(ms: number, work: () => void) {
      if (ms > 1_000) return () => {}
      timers.push(work)
      return () => {
        timers = timers.filter((each) => each !== work)
      }
    },
  }
  const nodes = new Map(names.map((name, peer) => [name, node(name, peer)]))
  const of = (name: string) => {
    const found = nodes.get(name)
    if (found === undefined) throw new Error(`There is no ${name}.`)
    return found
  }

  function node(name: string, peer: Peer) {
    const listeners = new Map<string, (data: unknown, peer: Peer | null) => void>()
    const gone: ((peer: Peer) => void)[] = []
    const reached: ((reached: boolean) => void)[] = []
    const reactions: unknown[] = []
    let own = 0
    const neighbours: Neighbours = {
      get isHub() {
        return hub === name
      },
      // JSON, as on the mesh.
      tellHub: (topic, data) => of(hub).listeners.get(topic)?.(JSON.parse(JSON.stringify(data)), peer),
      tell: (to, topic, data) => of(names[to] ?? '').listeners.get(topic)?.(JSON.parse(JSON.stringify(data)), null),
      on: (topic, listener) => listeners.set(topic, listener),
      onPeerGone: (listener) => gone.push(listener),
      onHub: (listener) => reached.push(listener),
    }
    const crowd = new Crowd({
      ...{ neighbours, clock, own: () => own, ownCapsules: () => (own > 0 ? [capsule] : []), onPeople() {} },
      onReactions: (_, counts) => void reactions.push(counts),
    })
    return {
      ...{ crowd, listeners, peer, reactions },
      has(people: number) {
        own = people
        crowd.changed(capsule)
      },
      everybody: () => own + crowd.elsewhere(capsule),
      loses: (lost: Peer) => gone.forEach((listener) => void listener(lost)),
      reaches: () => reached.forEach((listener) => void listener(true)),
    }
  }

  return {
    of,
    pass() {
      for (let turn = 0; turn < 5; turn++) {
        const due = timers
        timers = []
        for (const work of due) work()
      }
    },
    numbers: () => names.map((name) => of(name).everybody()),
    elect(name: string) {
      const before = hub
      hub = name
      for (const each of names) if (each !== before) of(before).loses(of(each).peer)
      for (const each of names) if (each !== name) of(each).reaches()
    },
  }
}

test('R14: people are those of all nodes, on each of them', () => {
  const { of, pass, numbers } = star(['a', 'b', 'c'])
  of('a').has(1)
  of('b').has(2)
  of('c').has(4)
  pass()
  expect(numbers()).toEqual([7, 7, 7])
  of('b').has(5)
  pass()
  expect(numbers()).toEqual([10, 10, 10])
  of('c').has(0)
  pass()
  expect([of('a').everybody(), of('b').everybody()]).toEqual([6, 6])
})

test('R14: a node that is gone takes its people with it', () => {
  const { of, pass } = star(['a', 'b', 'c'])
  of('a').has(1)
  of('b').has(2)
  of('c').has(4)
  pass()
  of('a').loses(of('c').peer)
  pass()
  expect([of('a').everybody(), of('b').everybody()]).toEqual([3, 3])
})

test('R14: whoever is primary next is told by all', () => {
  const { of, pass, numbers, elect } = star(['a', 'b', 'c'])
  of('a').has(1)
  of('b').has(2)
  of('c').has(4)
  pass()
  elect('b')
  pass()
  expect(numbers()).toEqual([7, 7, 7])
})

test('R14: a reaction is told once on each node where the capsule is open', () => {
  const { of, pass } = star(['a', 'b', 'c'])
  for (const name of ['a', 'b', 'c']) of(name).has(1)
  pass()
  of('b').crowd.react(capsule, 'clap')
  of('b').crowd.react(capsule, 'clap')
  of('a').crowd.react(capsule, 'heart')
  pass()
  expect(of('a').reactions).toEqual([{ clap: 2 }])
  expect(of('b').reactions).toEqual([{ heart: 1 }])
  expect(of('c').reactions).toEqual([{ clap: 2, heart: 1 }])
})

test('what is not of this form is passed over', () => {
  const { of } = star(['a', 'b'])
  of('a').has(1)
  for (const forged of [null, { [capsule]: -1 }, { [capsule]: 'many' }, { 'no capsule': 1 }, [1]]) {
    of('a').listeners.get('people')?.(forged, 1)
  }
  of('a').listeners.get('reactions')?.({ [capsule]: { anger: 1 } }, 1)
  expect(of('a').everybody()).toBe(1)
  expect(of('a').reactions).toEqual([])
})
