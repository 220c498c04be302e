import { afterAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { WriterModule } from '../db/committer.ts'
import { openMemoryDatabases } from '../db/memory.ts'
import { defineChange, defineOperation } from '../db/operation.ts'
import { Invalidation } from './invalidation.ts'
import { cacheModule, cachePurged, purgeCaches } from './operations.ts'
import { PageDisk } from './page-disk.ts'
import { PageCache, type Rendered } from './pages.ts'
import { Provenance } from './provenance.ts'

const thingChanged = defineChange('thing.changed', Type.Object({}))
const changeThing = defineOperation(
  { name: 'thing.change', database: 'directory', input: Type.Object({ id: Type.String() }) },
  (tx, { id }, context) => {
    tx.run(sql`INSERT INTO thing (id, version) VALUES (${id}, 2) ON CONFLICT (id) DO UPDATE SET version = version + 1`)
    context.announce(thingChanged, id, {})
  },
)
const thingModule: WriterModule = {
  migrations: {
    module: 'thing',
    directory: [{ name: '0001', sql: 'CREATE TABLE thing (id TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT' }],
    shard: [],
  },
  operations: [changeThing],
}
const root = mkdtempSync(join(tmpdir(), 'encapsify-pages-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const newFolder = () => join(root, String(++folders))
const request = new Request('http://localhost/')
/** Room for two or three pages: everything else goes to the disk. */
const memoryBytes = 9_000

function house() {
  const databases = openMemoryDatabases({ modules: [cacheModule, thingModule] })
  const versionOf = (id: string) =>
    databases.readDirectory((tx) => tx.all<{ version: number }>(sql`SELECT version FROM thing WHERE id = ${id}`))[0]
      ?.version ?? 1
  const render = (ids: readonly string[]): Rendered => ({
    body: `${ids.map(versionOf).join()} ${noise(ids.join(), 1_500)}`,
    headers: { 'content-type': 'text/plain' },
    tags: ids,
  })
  const open = (folder: string, generation = 'one') => {
    const evict = (tag: string) => pages.evictTag(tag)
    const invalidation = new Invalidation(databases.changes, evict)
    invalidation.on(thingChanged, ({ subject }) => [subject])
    invalidation.on(cachePurged, ({ payload }) => (payload as { tags: string[] }).tags)
    const provenance = new Provenance(databases, invalidation)
    const disk = new PageDisk({ folder, bytesMax: 10_000_000, generation, provenance })
    const pages = new PageCache(memoryBytes, { store: disk })
    const ask = (key: string, ids: readonly string[]) => pages.answerOrRender(key, request, () => render(ids))
    return { pages, disk, ask }
  }
  return { databases, versionOf, open, change: (id: string) => databases.write(changeThing, null, { id }) }
}

test('what memory has no room for comes back from the disk, also after a restart, unless it was changed meanwhile', async () => {
  const { open, change } = house()
  const folder = newFolder()
  const first = open(folder)
  await first.disk.restore()
  const keys = Array.from({ length: 12 }, (_, n) => `/${n}`)
  for (const key of keys) await first.ask(key, [key])
  await first.disk.idle()
  expect((await first.ask('/0', ['/0'])).headers.get('cache-status')).toBe('encapsify; hit; detail=disk')
  first.pages.settle()
  await first.disk.close()
  await change('/3')

  const second = open(folder)
  await second.disk.restore()
  const statuses = new Map<string, string | null>()
  for (const key of keys) {
    const answer = await second.ask(key, [key])
    expect(await answer.text()).toStartWith(key === '/3' ? '2 ' : '1 ')
    statuses.set(key, answer.headers.get('cache-status'))
  }
  expect(statuses.get('/3')).toBe('encapsify; fwd=uri-miss; stored')
  expect([...statuses.values()].filter((status) => status === 'encapsify; hit; detail=disk')).toHaveLength(11)
  await second.disk.close()

  const third = open(folder, 'two')
  await third.disk.restore()
  expect(third.disk.size).toBe(0)
  expect(files(folder)).toEqual([])
  await third.disk.close()
})

test('a file that is not what was written is rendered again, and so is everything when the log cannot tell', async () => {
  const { databases, open, change } = house()
  const folder = newFolder()
  const first = open(folder)
  await change('/8')
  await first.disk.restore()
  for (let n = 0; n < 8; n++) await first.ask(`/${n}`, [`/${n}`])
  await first.disk.idle()
  for (const file of files(folder)) writeFileSync(file, readFileSync(file).subarray(0, 700))
  for (let n = 0; n < 4; n++) {
    const answer = await first.ask(`/${n}`, [`/${n}`])
    expect(answer.headers.get('cache-status')).toBe('encapsify; fwd=uri-miss; stored')
  }
  await databases.write(purgeCaches, null, { tags: ['path:/5'] })
  await first.disk.close()

  // The same rows, another history: as after a restore from a backup.
  const other = house()
  await other.change('/9')
  const second = other.open(folder)
  await second.disk.restore()
  expect(second.disk.size).toBe(0)
  await second.disk.close()
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), n: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), n: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), n: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), missed: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), missed: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
)

test('whatever is asked, changed, stopped and killed in between: nobody sees what was before an acknowledged change', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { databases, open, change, versionOf } = house()
      let folder = newFolder()
      let node = open(folder)
      let under: Promise<void>[] = [node.disk.restore()]
      const ask = async (n: number) => {
        const ids = [`/${n}`, `/${(n + 1) % 8}`]
        const least = ids.map(versionOf)
        const text = await (await node.ask(`/${n}`, ids)).text()
        const seen = (text.split(' ')[0] ?? '').split(',').map(Number)
        expect(seen.every((version, at) => version >= (least[at] ?? 1))).toBe(true)
      }
      const again = async (missed: number) => {
        for (let n = 0; n < missed; n++) await change(`/${n}`)
        node = open(folder)
        under = [node.disk.restore()]
      }
      for (const one of steps) {
        if (one.do === 'ask') under.push(ask(one.n))
        else if (one.do === 'change') under.push(change(`/${one.n}`))
        else if (one.do === 'purge') under.push(databases.write(purgeCaches, null, { tags: [`path:/${one.n}`] }))
        else if (one.do === 'settle') await Promise.all(under.splice(0))
        else if (one.do === 'restart') {
          await Promise.all(under.splice(0))
          node.pages.settle()
          await node.disk.close()
          await again(one.missed)
        } else {
          // As the disk is at this moment; the old process writes on in a folder that nobody reads.
          const copy = newFolder()
          cpSync(folder, copy, { recursive: true })
          const old = node.disk
          under.push(old.close())
          await Promise.all(under.splice(0))
          folder = copy
          await again(one.missed)
        }
      }
      await Promise.all(under)
      for (let n = 0; n < 8; n++) await ask(n)
      await node.disk.close()
    }),
    { numRuns: 60 },
  )
}, 120_000)

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile() && one.name.length > 10)
    .map((one) => join(one.parentPath, one.name))
}

/** Text that no coding makes much shorter. */
function noise(seed: string, length: number): string {
  let text = ''
  for (let n = 0; text.length < length; n++) {
    text += new Bun.CryptoHasher('sha256').update(`${seed}${n}`).digest('base64')
  }
  return text.slice(0, length)
}
