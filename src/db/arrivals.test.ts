import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { type ReplicaName, replica } from '../../test/fixtures/replica.ts'
import type { Arrivals } from './arrivals.ts'
import { defineChange } from './operation.ts'
import type { Position } from './position.ts'

const noted = defineChange('test.noted', Type.Object({ text: Type.String() }))

let node: ReturnType<typeof replica>
let arrivals: Arrivals
let applied: string[]
let confirmed: string[]
let resets: number

beforeEach(() => {
  node = replica()
  arrivals = node.arrivals
  ;[applied, confirmed, resets] = [[], [], 0]
  node.tail.onApplied(noted, ({ payload }) => applied.push(payload.text))
  node.tail.onConfirmed(noted, ({ payload }) => confirmed.push(payload.text))
  node.tail.onReset(() => resets++)
})
afterEach(() => node.close())

function arrive(name: ReplicaName, position: Position, text?: string, other?: Position): void {
  node.arrive(
    name,
    position,
    text === undefined ? undefined : { kind: noted.kind, subject: 's', payload: { text } },
    other,
  )
}

const at = (epoch: number, number: number): Position => ({ epoch, number })

test('G7 the prefix stays below a hole until it is filled', () => {
  arrive('directory', at(1, 1))
  arrive('shard-000', at(1, 2), undefined, at(1, 1))
  expect(arrivals.prefix).toEqual(at(1, 2))
  arrive('shard-000', at(1, 4), undefined, at(1, 3))
  expect(arrivals.prefix).toEqual(at(1, 2))
  arrive('directory', at(1, 3), undefined, at(1, 2))
  expect(arrivals.prefix).toEqual(at(1, 4))
})

test('G37 caches hear at once, listeners when it is confirmed', () => {
  arrive('directory', at(1, 1), 'a')
  arrive('directory', at(1, 2), 'b')
  expect([applied, confirmed]).toEqual([['a', 'b'], []])
  arrivals.confirm(at(1, 1))
  expect(confirmed).toEqual(['a'])
  arrivals.confirm(at(1, 2))
  expect(confirmed).toEqual(['a', 'b'])
  // What is confirmed before it arrives waits for nothing.
  arrivals.confirm(at(1, 9))
  arrive('directory', at(1, 3), 'c')
  expect(confirmed).toEqual(['a', 'b', 'c'])
})

test('G37 commits that are looked at together are each told by their own confirmation', () => {
  const change = (text: string) => ({ kind: noted.kind, subject: 's', payload: { text } })
  node.bring('directory', at(1, 1), change('a'))
  arrive('directory', at(1, 2), 'b')
  arrivals.confirm(at(1, 1))
  expect([applied, confirmed]).toEqual([['a', 'b'], ['a']])
  arrivals.confirm(at(1, 2))
  expect(confirmed).toEqual(['a', 'b'])
  // Of an epoch that ended meanwhile: by the first commit of the next one.
  node.bring('directory', at(1, 3), change('c'))
  node.bring('directory', at(2, 4), change('d'))
  arrive('directory', at(2, 5), 'e')
  arrivals.confirm(at(2, 4))
  expect(confirmed).toEqual(['a', 'b', 'c', 'd'])
})

test('G37 the log is read up to the commit that is told of: a later one that is here already is not told with it', () => {
  const change = (text: string) => ({ kind: noted.kind, subject: 's', payload: { text } })
  node.bring('directory', at(1, 1), change('a'))
  node.bring('directory', at(1, 2), change('b'))
  expect(node.tail.apply('directory', 1).map(({ number }) => number)).toEqual([1])
  expect(applied).toEqual(['a'])
  expect(node.tail.apply('directory', 2).map(({ number }) => number)).toEqual([2])
})

test('what is read of an arrival is let go of: a snapshot held on keeps the next one from being applied', () => {
  arrive('directory', at(1, 1), 'a')
  expect([...node.held]).toEqual([])
})

test("G37 the word of a newer epoch says nothing of an older one's tail", () => {
  arrive('directory', at(1, 5), 'tail')
  arrivals.confirm(at(2, 9))
  expect(confirmed).toEqual([])
})

test('G38 what stands when the epoch changes is told with the first row of the new one', () => {
  arrive('directory', at(1, 5), 'stands')
  arrive('directory', at(2, 6))
  expect([resets, confirmed]).toEqual([0, []])
  arrivals.confirm(at(2, 6))
  expect([resets, confirmed]).toEqual([0, ['stands']])
})

test('G38 what no longer stands is never told, and everything cached is dropped', () => {
  arrive('directory', at(1, 5), 'stands')
  arrivals.confirm(at(1, 5))
  arrive('directory', at(1, 6), 'gone')
  node.forget('directory', 6)
  arrive('directory', at(2, 6), 'instead')
  expect(resets).toBe(1)
  arrivals.confirm(at(2, 6))
  expect(confirmed).not.toContain('gone')
  arrive('directory', at(2, 7), 'later')
  arrivals.confirm(at(2, 7))
  expect(confirmed.at(-1)).toBe('later')
})

test('G20 a node that becomes primary tells what it held before, once its own first word stands', () => {
  arrive('directory', at(1, 5), 'held')
  arrivals.confirm(at(2, 7), true)
  expect(confirmed).toEqual(['held'])
})

test('G38 what this node wrote itself and lost is found out, also when it first looks after it was replaced', () => {
  arrive('directory', at(1, 5), 'stands')
  arrivals.confirm(at(1, 5))
  arrivals.wrote('directory', at(2, 6))
  arrive('directory', at(3, 6), 'instead')
  expect(resets).toBe(1)
})

test('G37 a process that begins does not take for confirmed what it has not heard of', () => {
  const write = (position: Position, text: string) => {
    arrive('directory', position, text)
    confirmed.splice(0)
    applied.splice(0)
  }
  write(at(1, 5), 'kept')
  write(at(1, 6), 'tail')
  // The row of what is certainly confirmed was pruned, its change was not.
  node.open('directory').query('DELETE FROM commits WHERE number < 6').run()
  arrivals.begin('directory')
  expect([applied, confirmed]).toEqual([['tail'], []])
  arrivals.confirm(at(1, 6))
  expect(confirmed).toContain('tail')
})
