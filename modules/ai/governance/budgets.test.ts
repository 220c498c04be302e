import { afterEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { openAi } from '../ai.ts'
import { parseAiConfig } from '../config.ts'
import { noPolicy } from '../operations/settings.ts'
import { parseRequest } from '../requests.ts'
import { spend, usage } from '../schema.ts'
import { openHouse } from '../testing/house.ts'
import { simulatedTransport } from '../testing/simulated-provider.ts'
import { seeded, VirtualClock } from '../testing/virtual-clock.ts'
import { organizationScope } from './policies.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Nano-USD a token: 1,000 in, 5,000 out. */
const config = {
  providers: { a: { url: 'http://a.test/v1' }, b: { url: 'http://b.test/v1' } },
  models: {
    talk: {
      routes: [
        { provider: 'a', model: 'm' },
        { provider: 'b', model: 'm' },
      ],
      beginMs: 6_000,
      firstTokenMs: 3_000,
      totalMs: 9_000,
      outputTokensMax: 100,
    },
  },
  prices: [
    { provider: 'a', model: 'm', input: 1, output: 5 },
    { provider: 'b', model: 'm', input: 2, output: 9 },
  ],
}

async function setup(seed: number) {
  const clock = new VirtualClock()
  const random = seeded(seed)
  const transport = simulatedTransport(clock, random, new Map(), { none: 6 })
  const house = openHouse(config, { clock, random, transport })
  closing.push(() => clock.run(house.close()))
  const team = await clock.run(house.team())
  /** A second node on the same databases. */
  const other = openAi({
    db: house.db,
    config: parseAiConfig(config),
    secrets: ['s'.repeat(32)],
    textOf: () => undefined,
    log: { info: () => {}, warn: () => {} },
    reportBug: (error) => void house.bugs.push(error),
    transport,
    clock,
    random,
  })
  return { clock, random, house, team, nodes: [house.ai, other] as const }
}

function spentOf(house: Awaited<ReturnType<typeof setup>>['house'], organizationId: OrganizationId, scope: string) {
  return house.db.read(organizationId, (tx) => tx.select().from(spend).where(eq(spend.scope, scope)).all())
}

const request = (text: string, more: object = {}) =>
  parseRequest(
    'chat/completions',
    new TextEncoder().encode(
      JSON.stringify({ model: 'talk', stream: true, messages: [{ role: 'user', content: text }], ...more }),
    ).buffer,
  )

describe('budgets', () => {
  test('whatever falls back, fails, is cut or left: never is more spent than the budget (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 300_000, max: 8_000_000 }),
        fc.integer({ min: 200_000, max: 6_000_000 }),
        async (seed, dayNano, keyNano) => {
          const { clock, random, house, team, nodes } = await setup(seed)
          const set = house.ai.policies
          await clock.run(set.set(team.organizationId, organizationScope, { ...noPolicy, dayNano }, 'test'))
          await clock.run(set.set(team.organizationId, team.keyId, { ...noPolicy, monthNano: keyNano }, 'test'))
          const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
          const calls: Promise<unknown>[] = []
          for (let n = 0; n < 60; n++) {
            const node = nodes[n % 2] ?? house.ai
            const left = new AbortController()
            if (random() < 0.3) clock.after(random() * 3_000, () => left.abort())
            calls.push(
              node.proxy.answer(caller, request('x'.repeat(Math.floor(random() * 200))), left.signal).then(
                async (response) => void (random() < 0.15 ? await response.body?.cancel() : await response.text()),
                () => {},
              ),
            )
            await clock.pass(random() * 400)
          }
          await clock.run(Promise.all(calls))
          for (const node of nodes) await clock.run(node.close())
          const day = spentOf(house, team.organizationId, organizationScope)
          const key = spentOf(house, team.organizationId, team.keyId)
          const ledger = house.db
            .read(team.organizationId, (tx) => tx.select().from(usage).all())
            .reduce((sum, row) => sum + row.costNano, 0)
          for (const row of [...day, ...key]) {
            expect(row.outNano).toBe(0)
            expect(row.spentNano).toBe(ledger)
          }
          expect(ledger).toBeLessThanOrEqual(Math.min(dayNano, keyNano))
          expect(house.bugs).toEqual([])
        },
      ),
      { numRuns: 12, seed: 8 },
    )
  }, 120_000)

  test('what a node had out when it died is spent again at most once, and only after its lease', async () => {
    const { clock, house, team, nodes } = await setup(3)
    const [dies, lives] = nodes
    await clock.run(
      house.ai.policies.set(team.organizationId, organizationScope, { ...noPolicy, dayNano: 10_000_000 }, 'test'),
    )
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const open = async (ai: typeof lives) => {
      const alias = ai.gateway.aliasOf(team.organizationId, 'talk')
      const [route] = alias.routes
      if (route === undefined) throw new Error('There is a route.')
      return ai.governance.open(caller, request('x', { max_tokens: 60 }), alias, route)
    }
    await clock.run(open(dies))
    const [before] = spentOf(house, team.organizationId, organizationScope)
    const lost = before?.outNano ?? 0
    expect(lost).toBeGreaterThan(0)
    let spent = 0
    const drain = async () => {
      for (;;) {
        try {
          const meter = await clock.run(open(lives))
          meter.close({ outcome: 'whole', usage: { input: 10, output: 60 }, outputSeen: 60 })
          spent += 10 * 1_000 + 60 * 5_000
        } catch {
          return
        }
      }
    }
    await drain()
    expect(spent).toBeLessThanOrEqual(10_000_000 - lost)
    await clock.pass(660_000)
    await drain()
    expect(spent).toBeGreaterThan(10_000_000 - lost - 1_000_000)
    expect(spent).toBeLessThanOrEqual(10_000_000)
  })

  test('a spent budget is a clear 429 that clients do not try again, and the next day opens it', async () => {
    const { clock, house, team } = await setup(1)
    await clock.run(
      house.ai.policies.set(team.organizationId, organizationScope, { ...noPolicy, dayNano: 1_000 }, 'test'),
    )
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const ask = () => clock.run(house.ai.proxy.answer(caller, request('x'), new AbortController().signal))
    await expect(ask()).rejects.toMatchObject({ status: 429, options: { code: 'insufficient_quota', retry: false } })
    await clock.run(
      house.ai.policies.set(team.organizationId, organizationScope, { ...noPolicy, dayNano: 900_000 }, 'test'),
    )
    const meterOf = () => {
      const alias = house.ai.gateway.aliasOf(team.organizationId, 'talk')
      return house.ai.governance.open(caller, request('x'), alias, alias.routes[0] as never)
    }
    const meter = await clock.run(Promise.resolve(meterOf()))
    meter.close({ outcome: 'whole', usage: { input: 80, output: 100 }, outputSeen: 0 })
    await expect(clock.run(Promise.resolve(meterOf()))).rejects.toMatchObject({ status: 429 })
    await clock.pass(13 * 3_600_000)
    const next = await clock.run(Promise.resolve(meterOf()))
    expect(next.outputTokensMax).toBe(100)
  })

  test('a budget that is set later counts what was spent before, and a call that was under way', async () => {
    const { clock, house, team } = await setup(11)
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const alias = house.ai.gateway.aliasOf(team.organizationId, 'talk')
    const open = () =>
      clock.run(Promise.resolve(house.ai.governance.open(caller, request('x'), alias, alias.routes[0] as never)))
    const usage = { input: 20, output: 100 }
    const before = await open()
    const under = await open()
    before.close({ outcome: 'whole', usage, outputSeen: 0 })
    await clock.run(house.ai.ledger.flush())
    for (const [scope, budget] of [
      [organizationScope, { monthNano: 2_000_000 }],
      [team.keyId, { dayNano: 2_000_000 }],
    ] as const) {
      await clock.run(house.ai.policies.set(team.organizationId, scope, { ...noPolicy, ...budget }, 'test'))
    }
    // Each costs 520,000: the third is what the budget holds with them, the fourth it does not.
    const third = await open()
    under.close({ outcome: 'whole', usage, outputSeen: 0 })
    third.close({ outcome: 'whole', usage, outputSeen: 0 })
    await clock.run(house.ai.ledger.flush())
    await expect(open()).rejects.toMatchObject({ status: 429, options: { code: 'insufficient_quota' } })
    for (const scope of [organizationScope, team.keyId]) {
      for (const { spentNano, outNano } of spentOf(house, team.organizationId, scope)) {
        expect(spentNano).toBe(3 * 520_000)
        expect(spentNano + outNano).toBeLessThanOrEqual(2_000_000)
      }
    }
  })

  test('forged usage is not believed beyond what was possible', async () => {
    const { clock, house, team } = await setup(2)
    await clock.run(
      house.ai.policies.set(team.organizationId, organizationScope, { ...noPolicy, dayNano: 50_000_000 }, 'test'),
    )
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const alias = house.ai.gateway.aliasOf(team.organizationId, 'talk')
    const opened = house.ai.governance.open(caller, request('x', { max_tokens: 10 }), alias, alias.routes[0] as never)
    const meter = await clock.run(Promise.resolve(opened))
    meter.close({ outcome: 'whole', usage: { input: 9e15, output: 9e15 }, outputSeen: 3 })
    await clock.run(house.ai.ledger.flush())
    const [row] = house.db.read(team.organizationId, (tx) => tx.select().from(usage).all())
    expect(row?.outputTokens).toBe(10)
    expect(row?.inputTokens).toBeLessThan(200)
  })

  test('a call waits for no commit but the first: later ones reserve at once', async () => {
    const { clock, house, team } = await setup(4)
    await clock.run(
      house.ai.policies.set(team.organizationId, organizationScope, { ...noPolicy, dayNano: 1_000_000_000 }, 'test'),
    )
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const alias = house.ai.gateway.aliasOf(team.organizationId, 'talk')
    const open = () => house.ai.governance.open(caller, request('x'), alias, alias.routes[0] as never)
    const first = open()
    expect(first).toBeInstanceOf(Promise)
    await clock.run(Promise.resolve(first))
    for (let n = 0; n < 200; n++) {
      const meter = open()
      expect(meter).not.toBeInstanceOf(Promise)
      if (!(meter instanceof Promise)) meter.close({ outcome: 'whole', usage: { input: 5, output: 5 }, outputSeen: 0 })
    }
  })

  test('when no tranche can be drawn the call is a clear 503', async () => {
    const { clock, house, team } = await setup(9)
    const policy = { ...noPolicy, dayNano: 1_000_000_000 }
    await clock.run(house.ai.policies.set(team.organizationId, organizationScope, policy, 'test'))
    const db: Databases = {
      read: (of, work) => house.db.read(of, work),
      readDirectory: (work) => house.db.readDirectory(work),
      write: () => Promise.reject(new AppError('unavailable', 'The disk is full.')),
      changes: house.db.changes,
      stats: house.db.stats,
      close: async () => {},
    }
    const cut = openAi({
      db,
      config: parseAiConfig(config),
      secrets: ['s'.repeat(32)],
      textOf: () => undefined,
      log: { info: () => {}, warn: () => {} },
      reportBug: () => {},
      transport: () => Promise.reject(new Error('Nobody is asked.')),
      clock,
    })
    const caller = { organizationId: team.organizationId, keyId: team.keyId, capsuleId: '' }
    const asked = cut.proxy.answer(caller, request('x'), new AbortController().signal)
    await expect(clock.run(asked)).rejects.toMatchObject({ status: 503, message: 'The disk is full.' })
  })

  test('one organization’s money is not another’s', async () => {
    const { clock, house, team } = await setup(5)
    const other = await clock.run(house.team())
    const policy = { ...noPolicy, dayNano: 0 }
    await clock.run(house.ai.policies.set(team.organizationId, organizationScope, policy, 'test'))
    const caller = { organizationId: other.organizationId, keyId: other.keyId, capsuleId: '' }
    const response = house.ai.proxy.answer(caller, request('x'), new AbortController().signal)
    expect((await clock.run(response.catch((error: Error) => error))) instanceof Error).toBe(false)
  })
})
