import { afterAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { openMemoryDatabases } from '../db/memory.ts'
import { defineChange, defineOperation } from '../db/operation.ts'
import { cacheModule, purgeCaches } from './operations.ts'
import { ValueCache } from './values.ts'

const changed = defineChange('thing.changed', Type.Object({}))
const change = defineOperation(
  { name: 'thing.change', database: 'directory', input: Type.Object({ id: Type.String() }) },
  (_tx, { id }, context) => context.announce(changed, id, {}),
)
const thingModule = { migrations: { module: 'thing', directory: [], shard: [] }, operations: [change] }
const databases = openMemoryDatabases({ modules: [cacheModule, thingModule], shards: 1 })
afterAll(() => databases.close())

const opened = (bounds: ConstructorParameters<typeof ValueCache<string>>[1] = { entriesMax: 10 }) => {
  const cache = new ValueCache<string>(databases.changes, bounds).on(changed, ({ subject }) => [subject])
  for (const [key, tags] of Object.entries({ one: ['a'], two: ['a', 'b'], three: ['c'] })) cache.keep(key, key, tags)
  const kept = () => ['one', 'two', 'three'].filter((key) => cache.peek(key) !== undefined)
  return { cache, kept }
}

describe('values', () => {
  test('leave with a change that names one of their tags, and with nothing else', async () => {
    const { kept } = opened()
    await databases.write(change, null, { id: 'b' })
    expect(kept()).toEqual(['one', 'three'])
    await databases.write(change, null, { id: 'two' })
    expect(kept()).toEqual(['one', 'three'])
  })

  test('leave with a purge, as pages do', async () => {
    const { kept } = opened()
    await databases.write(purgeCaches, null, { tags: ['c', 'path:/one'] })
    expect(kept()).toEqual(['one', 'two'])
    await databases.write(purgeCaches, null, { tags: ['*'] })
    expect(kept()).toEqual([])
  })

  test('are made once, and never kept when making them failed', () => {
    const { cache } = opened()
    let made = 0
    const make = () => `made ${++made}`
    expect([cache.getOrMake('four', [], make), cache.getOrMake('four', [], make)]).toEqual(['made 1', 'made 1'])
    const broken = () => {
      throw new Error('broken')
    }
    expect(() => cache.getOrMake('five', [], broken)).toThrow('broken')
    expect(cache.peek('five')).toBeUndefined()
  })

  test('take no more room than they may, by number and by size, and leave nothing in the index', () => {
    const { cache } = opened({ entriesMax: 3, sizeMax: 15, sizeOf: (value) => value.length })
    cache.keep('four', 'four', ['d'])
    expect([cache.size, cache.peek('one')]).toEqual([3, undefined])
    cache.keep('large', 'too large for all of it', ['e'])
    expect(cache.peek('large')).toBeUndefined()
    cache.keep('four', 'four', ['f'])
    cache.evictTag('d')
    expect(cache.peek('four')).toBe('four')
    cache.evictTag('f')
    expect(cache.peek('four')).toBeUndefined()
  })
})
