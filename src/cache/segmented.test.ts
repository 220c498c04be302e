import { expect, test } from 'bun:test'
import { SegmentedCache } from './segmented.ts'

interface Thing {
  readonly bytes: number
}

function cache(bytesMax: number) {
  const gone: string[] = []
  const kept = new SegmentedCache<Thing>({
    bytesMax,
    sizeOf: ({ bytes }) => bytes,
    onGone: (_value, key, why) => gone.push(`${why} ${key}`),
  })
  const put = (key: string, bytes = 10) => kept.set(key, { bytes })
  return { kept, gone, put }
}

test('what is asked for again outlives any number of what is not', () => {
  const { kept, gone, put } = cache(100)
  for (const key of ['a', 'b', 'c']) put(key)
  for (const key of ['a', 'b', 'c']) kept.get(key)
  expect(gone).toEqual([])
  for (let n = 0; n < 50; n++) put(`once-${n}`)
  expect(['a', 'b', 'c'].map((key) => kept.peek(key))).toEqual(Array(3).fill({ bytes: 10 }))
  expect([kept.bytes, kept.size]).toEqual([100, 10])
  expect(gone).toEqual(Array.from({ length: 43 }, (_, n) => `evict once-${n}`))
})

test('what was used gives way in its turn when others are used more lately', () => {
  const { kept, gone, put } = cache(100)
  for (let n = 0; n < 10; n++) put(`${n}`)
  for (let n = 0; n < 10; n++) kept.get(`${n}`)
  // Two of them are among the new again, the longest unused first.
  put('a')
  put('b')
  put('c')
  expect(gone).toEqual(['evict 0', 'evict 1', 'evict a'])
})

test('each is told of once when it is replaced or taken out, wherever it was', () => {
  const { kept, gone, put } = cache(100)
  put('new')
  put('used')
  kept.get('used')
  put('new')
  put('used')
  kept.delete('new')
  kept.delete('used')
  kept.delete('never')
  expect(gone).toEqual(['set new', 'set used', 'delete new', 'delete used'])
  put('one')
  put('two')
  kept.get('two')
  kept.clear()
  expect(gone.slice(4).toSorted()).toEqual(['delete one', 'delete two'])
  expect([kept.bytes, kept.size]).toEqual([0, 0])
})

test('never takes more than it may, whatever the sizes; what is too large is not in it', () => {
  const { kept, put } = cache(100)
  put('large', 90)
  kept.get('large')
  expect(kept.peek('large')).toEqual({ bytes: 90 })
  put('larger', 101)
  expect(kept.peek('larger')).toBeUndefined()
  let seed = 7
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 16) % below
  }
  for (let n = 0; n < 5_000; n++) {
    const key = `${random(40)}`
    if (random(2) === 0) put(key, 1 + random(60))
    else kept.get(key)
    expect(kept.bytes).toBeLessThanOrEqual(100)
    expect(kept.keys()).toHaveLength(kept.size)
    expect(new Set(kept.keys()).size).toBe(kept.size)
    expect(kept.values().reduce((sum, { bytes }) => sum + bytes, 0)).toBe(kept.bytes)
  }
})
