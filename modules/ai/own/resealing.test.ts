import { afterEach, describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { newId } from '../../../src/db/ids.ts'
import type { LocalDatabases } from '../../../src/db/local.ts'
import { AppError } from '../../../src/errors.ts'
import { Seal } from '../../../src/sealing.ts'
import { openAi } from '../ai.ts'
import type { CapsuleText } from '../chat/passages.ts'
import { parseAiConfig } from '../config.ts'
import { resealProvider, setProvider } from '../operations/providers.ts'
import type { House } from '../testing/house.ts'
import { ownHouse } from '../testing/own-house.ts'
import { type ResealingParts, reseal } from './resealing.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup() {
  const made = await ownHouse()
  closing.push(made.close)
  return made
}

/** The house's AI as it is after a change of the secret. */
function renewing(house: House) {
  const said: string[] = []
  const say = (_: object, message: string) => void said.push(message)
  const ai = openAi({
    ...{ db: house.db, secrets: ['n'.repeat(32), 's'.repeat(32)], textOf: (): CapsuleText | undefined => undefined },
    config: parseAiConfig({ providers: {}, models: {}, own: { private: true } }),
    log: { info: say, warn: say },
    reportBug: (error) => void house.bugs.push(error),
  })
  closing.push(() => ai.close())
  return { ai, said }
}

/** The same databases, for a test that puts something between. */
function over(db: LocalDatabases): ResealingParts['db'] {
  return {
    names: db.names,
    readFrom: (database, work) => db.readFrom(database, work),
    write: (...call) => db.write(...call),
  }
}

describe('a key', () => {
  test('of a former secret still opens; under a lost one it is told, and the operator answers', async () => {
    const { house, team, add } = await setup()
    await add()
    const said: object[] = []
    const say = (fields: object, message: string) => void said.push({ ...fields, message })
    const restarted = (secrets: string[]) => {
      const ai = openAi({
        ...{ db: house.db, secrets, textOf: (): CapsuleText | undefined => undefined },
        config: parseAiConfig({ providers: {}, models: {}, own: { private: true } }),
        log: { info: say, warn: say },
        reportBug: (error) => void house.bugs.push(error),
      })
      closing.push(() => ai.close())
      return ai
    }
    const keys = () =>
      house.db.read(team.organizationId, (tx) =>
        tx.all<{ key: string }>(sql`SELECT key_sealed AS key FROM ai_provider`),
      )
    const rotated = restarted(['n'.repeat(32), 's'.repeat(32)])
    expect(rotated.gateway.modelsOf(team.organizationId)).toEqual(['mine'])
    const lost = restarted(['n'.repeat(32)])
    expect(lost.gateway.modelsOf(team.organizationId)).toEqual([])
    expect(lost.own.list(team.organizationId)).toMatchObject([{ key: 'lost', keyEnding: '1234' }])
    // What a former secret sealed is sealed anew, once, and then needs it no more.
    await lost.begin(house.db)
    const [before] = keys()
    await rotated.begin(house.db)
    await rotated.begin(house.db)
    expect(keys()).not.toEqual([before])
    const current = restarted(['n'.repeat(32)])
    expect(current.gateway.modelsOf(team.organizationId)).toEqual(['mine'])
    await current.begin(house.db)
    expect(said).toEqual([
      { keys: 1, message: 'keys of AI providers were sealed under a secret that is not known' },
      { keys: 1, message: 'keys of AI providers were sealed under the current secret' },
    ])
    expect(house.bugs).toEqual([])
  })

  test('that is not sealed anew because the node leads no more waits for the next that does; a bug is one', async () => {
    const { house, add } = await setup()
    await add()
    const { ai, said } = renewing(house)
    const failing = (error: Error) => ({ ...over(house.db), write: () => Promise.reject(error) })
    await ai.begin(failing(new AppError('unavailable', 'This node is not the primary.')))
    expect(said).toEqual(['sealing keys of AI providers anew was cut off; whoever writes next goes on with it'])
    await expect(ai.begin(failing(new Error('a bug')))).rejects.toThrow('a bug')
  })

  test('that is being sealed anew is waited for at the end', async () => {
    const { house, add } = await setup()
    await add()
    const { ai } = renewing(house)
    const order: string[] = []
    const begun = Promise.withResolvers<void>()
    const writing = Promise.withResolvers<void>()
    const work = ai.begin({
      ...over(house.db),
      async write(...call) {
        begun.resolve()
        await writing.promise
        const done = await house.db.write(...call)
        order.push('written')
        return done
      },
    })
    await begun.promise
    const closed = ai.close().then(() => void order.push('closed'))
    // As long as a closing that waits for nothing takes.
    await Bun.sleep(50)
    writing.resolve()
    await Promise.all([work, closed])
    expect(order).toEqual(['written', 'closed'])
  })

  test('beside one that could not be sealed is waited for too', async () => {
    const { house, add } = await setup()
    await add()
    await add({ name: 'Second' })
    const { ai } = renewing(house)
    const order: string[] = []
    let isFirst = true
    await ai.begin({
      ...over(house.db),
      async write(...call) {
        if (isFirst) {
          isFirst = false
          throw new AppError('unavailable', 'This node is not the primary.')
        }
        await Bun.sleep(20)
        const done = await house.db.write(...call)
        order.push('written')
        return done
      },
    })
    expect(order).toEqual(['written'])
  })

  test('that was set anew while it was sealed anew stays the new one', async () => {
    const { house, team, add } = await setup()
    const { id } = (await add()).body
    const sealed = { id: String(id), was: 'v1.former.a.b', sealed: 'v1.late.a.b' }
    expect(await house.db.write(resealProvider, team.organizationId, sealed)).toBe(0)
    expect(house.ai.own.list(team.organizationId)).toMatchObject([{ key: 'kept' }])
  })

  test('all of many are sealed anew', async () => {
    const { house, team, provider } = await setup()
    const { key: _, ...rest } = provider()
    const former = new Seal('ai.provider-key', ['f'.repeat(32)])
    const teams = await Promise.all(Array.from({ length: 51 }, () => house.team()))
    for (const { organizationId } of [team, ...teams]) {
      for (let n = 0; n < 5; n++) {
        const id = newId('prv', organizationId)
        const sealed = former.seal('sk', `${organizationId}/${id}`)
        await house.db.write(setProvider, organizationId, {
          ...{ id, actor: 'test', isNew: true, key: { sealed, ending: 'sk' } },
          settings: { ...rest, kind: 'openai', embeddings: null },
        })
      }
    }
    const seal = new Seal('ai.provider-key', ['n'.repeat(32), 'f'.repeat(32)])
    const { signal } = new AbortController()
    expect(await reseal({ db: house.db, seal }, signal)).toEqual({ resealed: 260, lost: 0 })
    expect(await reseal({ db: house.db, seal }, signal)).toEqual({ resealed: 0, lost: 0 })
    expect(house.plans.scans()).toEqual([])
  })
})
