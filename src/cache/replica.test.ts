import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { replica } from '../../test/fixtures/replica.ts'
import { defineChange } from '../db/operation.ts'
import { Invalidation } from './invalidation.ts'
import { PageCache } from './pages.ts'
import { ValueCache } from './values.ts'

const changed = defineChange('test.changed', Type.Object({}))
const subjects = ['a', 'b'] as const
type Subject = (typeof subjects)[number]
const keys: Readonly<Record<string, readonly Subject[]>> = { '/a': ['a'], '/b': ['b'], '/both': ['a', 'b'] }
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), key: fc.constantFrom(...Object.keys(keys)) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), subject: fc.constantFrom(...subjects) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'confirm' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'new epoch' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replace' as const), subject: fc.constantFrom(...subjects) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'finish' as const }) },
)

/** A replica whose pages and values show what arrived; every value is written once, so that its time is known. */
function world() {
  const node = replica()
  const database = node.open('directory')
  database.run('CREATE TABLE thing (subject TEXT PRIMARY KEY, value INTEGER NOT NULL)')
  database.run("INSERT INTO thing VALUES ('a', -1), ('b', -2)")
  const pages = new PageCache(1_048_576)
  const values = new ValueCache<{ readonly value: number }>(node.tail, { entriesMax: 10 }).on(
    changed,
    ({ subject }) => [subject],
  )
  new Invalidation(node.tail, (tag) => pages.evictTag(tag)).on(changed, ({ subject }) => [subject])
  node.tail.onReset(() => pages.clear())
  let [epoch, number, confirmed, moment] = [1, 0, 0, 0]
  /** Value → the moment at which it was no longer what the data said. */
  const endedAt = new Map<number, number>()
  const read = (subject: string) =>
    database.query<{ value: number }, [string]>('SELECT value FROM thing WHERE subject = ?').get(subject)?.value ??
    Number.NaN
  const before: { number: number; subject: string; value: number }[] = []
  const put = (subject: string, value: number) => {
    endedAt.set(read(subject), ++moment)
    endedAt.delete(value)
    database.query('UPDATE thing SET value = ? WHERE subject = ?').run(value, subject)
  }
  const arrive = (subject: string) => {
    before.push({ number: ++number, subject, value: read(subject) })
    put(subject, moment + 1)
    node.arrive('directory', { epoch, number }, { kind: changed.kind, subject, payload: {} })
  }
  return {
    pages,
    read,
    now: () => moment,
    /** Whether this was what the data said at this moment or later. */
    wasShownSince: (value: number, since: number) => (endedAt.get(value) ?? Number.POSITIVE_INFINITY) > since,
    value: (subject: string) => values.getOrMake(subject, [subject], () => ({ value: read(subject) })).value,
    arrive,
    confirm() {
      confirmed = number
      node.arrivals.confirm({ epoch, number })
    },
    /** Another primary, which has all that is here. */
    newEpoch() {
      epoch++
      node.arrive('directory', { epoch, number: ++number })
    },
    /** Another primary, which has nothing of what was not confirmed. */
    replace(subject: string) {
      node.forget('directory', confirmed + 1)
      for (const one of before.splice(0).reverse()) if (one.number > confirmed) put(one.subject, one.value)
      epoch++
      arrive(subject)
    },
    close: () => node.close(),
  }
}

test('on a replica nobody sees what was before what has arrived, nor what another epoch took back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.scheduler(), async (steps, scheduler) => {
      const place = world()
      const asked: Promise<void>[] = []
      const ask = async (key: string): Promise<void> => {
        const since = place.now()
        const shown = keys[key] ?? []
        for (const subject of shown) expect(place.value(subject)).toBe(place.read(subject))
        const answer = await place.pages.answerOrRender(key, new Request('http://localhost/'), async () => {
          const body = shown.map(place.read).join()
          await scheduler.schedule(Promise.resolve(), `render ${key}`)
          return { body, headers: {}, tags: [...shown] }
        })
        for (const value of (await answer.text()).split(',')) {
          expect(place.wasShownSince(Number(value), since)).toBe(true)
        }
      }
      for (const one of steps) {
        if (one.do === 'ask') asked.push(ask(one.key))
        else if (one.do === 'arrive') place.arrive(one.subject)
        else if (one.do === 'confirm') place.confirm()
        else if (one.do === 'new epoch') place.newEpoch()
        else if (one.do === 'replace') place.replace(one.subject)
        else if (scheduler.count() > 0) await scheduler.waitOne()
      }
      await scheduler.waitFor(Promise.all(asked))
      for (const [key, shown] of Object.entries(keys)) {
        const ready = place.pages.answer(key, new Request('http://localhost/'))
        if (ready !== undefined) expect(await ready.text()).toBe(shown.map(place.read).join())
      }
      place.close()
    }),
    { numRuns: 300 },
  )
}, 120_000)
