import { describe, expect, test } from 'bun:test'
import type { AppError } from '../errors.ts'
import { Confirmer } from './confirmer.ts'
import { guardKey, Sealer, unseal } from './envelope.ts'
import { Guard } from './guard.ts'
import type { Claim, Report } from './messages.ts'
import { isConfirmed, stillStands } from './standing.ts'
import type { GuardEffect, GuardEvent } from './steps.ts'
import { Tally } from './tally.ts'

const names = ['a', 'b', 'c']

function guard(options: Partial<ConstructorParameters<typeof Guard>[0]> = {}): Guard {
  return new Guard({
    name: 'a',
    role: 'candidate',
    candidates: names,
    record: { promised: 3, member: true },
    empty: false,
    incarnation: 'incarnation-of-a',
    random: () => 0.5,
    nowMs: 0,
    ...options,
  })
}

function report(content: Partial<Report> = {}): Report {
  return { type: 'report', promised: 0, member: true, heard: {}, databases: {}, claim: null, echo: null, ...content }
}

let counter = 0
function from(sender: string, message: (GuardEvent & { type: 'message' })['message']): GuardEvent {
  return { type: 'message', from: sender, incarnation: `incarnation-of-${sender}`, counter: ++counter, message }
}

const claim = (epoch: number): Claim => ({ epoch, beat: 1, confirmed: null, admitted: [] })
const types = (effects: readonly GuardEffect[]) => effects.map(({ type }) => type)

describe('guard', () => {
  test('G26 two candidates are refused, and so is a stranger', () => {
    expect(() => guard({ candidates: ['a', 'b'] })).toThrow('name one, or three')
    expect(() => guard({ name: 'd' })).toThrow('not among the candidates')
  })

  test('G26 one candidate alone founds, takes the lease and is open when it has opened', () => {
    const alone = guard({ candidates: ['a'], record: null, empty: true })
    expect(types(alone.step({ type: 'tick' }, 0))).toContain('became-member')
    const [promise, read] = alone.step({ type: 'acquire', request: 1, session: 's' }, 1)
    expect(promise).toEqual({ type: 'persist', record: { promised: 1, member: true } })
    expect(read?.type).toBe('read-position')
    const ask = read?.type === 'read-position' ? read.ask : 0
    expect(types(alone.step({ type: 'position', ask, position: { epoch: 0, number: 0 } }, 2))).toContain(
      'answer-acquire',
    )
    expect(types(alone.step({ type: 'litefs', state: 'primary', follows: null }, 3))).toEqual(['open-primary'])
    const commit = { number: 1, database: 'directory', txid: 1, checksum: 'x' }
    const opened = alone.step({ type: 'opened', epoch: 1, commits: [commit] }, 4)
    expect(opened).toContainEqual({ type: 'confirmed', position: { epoch: 1, number: 1 } })
    expect(alone.status.role).toBe('open')
  })

  test('G24 a writer that is lost is followed by another in place; one that could not open, by a step down', () => {
    const primary = (): Guard => {
      const alone = guard({ candidates: ['a'] })
      const read = alone
        .step({ type: 'acquire', request: 1, session: 's' }, 1)
        .find(({ type }) => type === 'read-position')
      const ask = read?.type === 'read-position' ? read.ask : 0
      alone.step({ type: 'position', ask, position: { epoch: 3, number: 1 } }, 2)
      alone.step({ type: 'litefs', state: 'primary', follows: null }, 3)
      return alone
    }
    const opened = primary()
    opened.step(
      { type: 'opened', epoch: 4, commits: [{ number: 2, database: 'directory', txid: 2, checksum: 'x' }] },
      4,
    )
    opened.step({ type: 'writer-lost', epoch: 4 }, 5)
    expect(opened.status.role).toBe('standing')
    const failed = primary()
    expect(types(failed.step({ type: 'writer-lost', epoch: 4 }, 5))).toContain('step-down')
    expect(failed.status.role).toBe('following')
  })

  test('G11 names a primary only when its claim equals the promise, which is written first', () => {
    const one = guard()
    one.step(from('b', report({ promised: 2, claim: claim(2) })), 1)
    expect(one.primary(2)).toBeNull()
    const effects = one.step(from('c', report({ promised: 5, claim: claim(5) })), 3)
    expect(effects).toContainEqual({ type: 'persist', record: { promised: 5, member: true } })
    expect(one.primary(4)).toEqual({ node: 'c', epoch: 5 })
    expect(one.primary(2_000)).toBeNull()
  })

  test('G16 a vote is promised before the position is read, and once per epoch', () => {
    const one = guard()
    for (const peer of ['b', 'c']) one.step(from(peer, report({ promised: 3 })), 1)
    const request = { type: 'vote', epoch: 4, position: { epoch: 3, number: 9 }, offer: null } as const
    const effects = one.step(from('b', request), 2)
    expect(types(effects)).toEqual(['persist', 'read-position'])
    const read = effects[1]
    const ask = read?.type === 'read-position' ? read.ask : 0
    const answer = one.step({ type: 'position', ask, position: { epoch: 3, number: 9 } }, 3)
    expect(answer).toContainEqual({
      type: 'send',
      to: 'b',
      message: { type: 'voted', epoch: 4, promised: 4, refused: null },
    })
    expect(one.step(from('c', request), 4)).toMatchObject([{ message: { refused: 'promised' } }])
  })

  test('G14 nobody is voted for while a primary is known', () => {
    const one = guard()
    one.step(from('c', report({ promised: 3, claim: claim(3) })), 1)
    const request = { type: 'vote', epoch: 4, position: { epoch: 3, number: 9 }, offer: null } as const
    expect(one.step(from('b', request), 2)).toMatchObject([{ message: { refused: 'primary known' } }])
    expect(one.status.record.promised).toBe(3)
  })

  test('G32 without a marker it neither votes nor stands', () => {
    const one = guard({ record: null })
    for (const peer of ['b', 'c']) one.step(from(peer, report({ promised: 3 })), 1)
    const request = { type: 'vote', epoch: 4, position: { epoch: 3, number: 9 }, offer: null } as const
    expect(one.step(from('b', request), 2)).toMatchObject([{ message: { refused: 'not a member' } }])
    expect(one.step({ type: 'acquire', request: 1, session: 's' }, 3)).toEqual([
      { type: 'answer-acquire', request: 1, granted: false },
    ])
  })

  test('G33 founds only when all others told this start that they promised nothing', () => {
    const one = guard({ record: null, empty: true })
    const heard = { a: 'incarnation-of-a' }
    expect(types(one.step(from('b', report({ member: false, heard })), 1))).not.toContain('became-member')
    expect(types(one.step(from('c', report({ member: false })), 2))).not.toContain('became-member')
    expect(types(one.step(from('c', report({ member: false, heard })), 3))).toContain('became-member')
  })

  test('G36 an edge refuses every lease and follows the highest claim', () => {
    const edge = guard({ name: 'edge', role: 'edge', record: { promised: 0, member: true } })
    expect(edge.step({ type: 'acquire', request: 1, session: 's' }, 1)).toEqual([
      { type: 'answer-acquire', request: 1, granted: false },
    ])
    expect(edge.step({ type: 'renew', request: 2, session: 's' }, 1)).toEqual([
      { type: 'answer-renew', request: 2, granted: false },
    ])
    edge.step(from('b', report({ claim: claim(7) })), 2)
    edge.step(from('c', report({ claim: claim(6) })), 3)
    expect(edge.primary(4)).toEqual({ node: 'b', epoch: 7 })
  })

  test('G9 what is not news is dropped', () => {
    const one = guard()
    const event = from('b', report({ promised: 9, claim: claim(9) }))
    expect(one.step(event, 1)).not.toEqual([])
    expect(one.step(event, 2)).toEqual([])
  })
})

describe('tally', () => {
  const commit = (number: number, database: string, txid: number) => ({ number, database, txid, checksum: `${txid}` })
  const at = (txid: number) => ({ txid, checksum: `${txid}` })

  test('G22 G23 confirms what one of two others holds without a hole, with its checksum, freshly', () => {
    const tally = new Tally(['b', 'c'], 1)
    tally.note(commit(7, 'x', 1))
    tally.note(commit(8, 'y', 1))
    tally.note(commit(9, 'x', 2))
    tally.report('b', new Map([['x', at(2)]]), 0)
    expect(tally.confirmed(1)).toBe(7)
    tally.report(
      'c',
      new Map([
        ['y', at(1)],
        ['x', { txid: 2, checksum: 'other' }],
      ]),
      0,
    )
    expect(tally.confirmed(2)).toBe(7)
    tally.report(
      'b',
      new Map([
        ['x', at(2)],
        ['y', at(1)],
      ]),
      0,
    )
    expect(tally.confirmed(900)).toBe(7)
    tally.report(
      'b',
      new Map([
        ['x', at(2)],
        ['y', at(1)],
      ]),
      850,
    )
    expect(tally.confirmed(900)).toBe(9)
    tally.forget('b')
    expect(tally.confirmed(901)).toBe(9)
  })

  test('a report that comes before its commit is noted counts then; one that was away is known again', () => {
    const tally = new Tally(['b', 'c'], 1)
    tally.report('b', new Map([['x', at(5)]]), 0)
    for (let n = 1; n <= 5; n++) tally.note(commit(n, 'x', n))
    expect(tally.confirmed(1)).toBe(5)
    expect(tally.size).toBe(1)
    tally.note(commit(6, 'x', 6))
    tally.report('c', new Map([['x', at(6)]]), 0)
    expect(tally.confirmed(2)).toBe(6)
  })
})

describe('G25 the confirmer', () => {
  test('acknowledges on the guard’s word, and on nothing else', async () => {
    let nowMs = 0
    const confirmer = new Confirmer(() => nowMs, 100)
    const code = (wait: Promise<void> | undefined) => wait?.then(() => 'done').catch((error: AppError) => error.code)
    expect(await code(confirmer.wait({ epoch: 1, number: 1 }))).toBe('not-confirmed')
    confirmer.open(2)
    const [first, second, third] = [4, 5, 6].map((number) => code(confirmer.wait({ epoch: 2, number })))
    const older = code(confirmer.wait({ epoch: 1, number: 9 }))
    confirmer.advance({ epoch: 1, number: 99 })
    confirmer.advance({ epoch: 2, number: 4 })
    expect([await first, await older]).toEqual(['done', 'done'])
    expect(confirmer.wait({ epoch: 2, number: 3 })).toBeUndefined()
    nowMs = 100
    confirmer.sweep()
    expect([await second, await third]).toEqual(['not-confirmed', 'not-confirmed'])
    const last = code(confirmer.wait({ epoch: 2, number: 7 }))
    confirmer.stop('as asked')
    expect(await last).toBe('not-confirmed')
  })
})

describe('G9 the envelope', () => {
  test('opens for its receiver, connection and cluster, and for nobody else', () => {
    const key = guardKey('a secret', 'cluster-1')
    const sealer = new Sealer(key, 'a', 'incarnation-of-a')
    const text = sealer.seal('b', 'challenge-of-this-connection', report())
    expect(unseal(key, 'b', 'challenge-of-this-connection', text)).toMatchObject({ from: 'a', counter: 1 })
    expect(unseal(key, 'b', 'challenge-of-another-one', text)).toBeNull()
    expect(unseal(key, 'c', 'challenge-of-this-connection', text)).toBeNull()
    expect(unseal(guardKey('a secret', 'cluster-2'), 'b', 'challenge-of-this-connection', text)).toBeNull()
    expect(unseal(key, 'b', 'challenge-of-this-connection', text.replace('"promised":0', '"promised":1'))).toBeNull()
    expect(unseal(key, 'b', 'challenge-of-this-connection', 'nonsense')).toBeNull()
    expect(
      unseal(key, 'b', 'challenge-of-this-connection', sealer.seal('b', 'challenge-of-this-connection', report())),
    ).toMatchObject({ counter: 2 })
  })
})

describe('G37 G38 what was shown', () => {
  test('the word about a newer epoch says nothing of an older tail', () => {
    expect(isConfirmed({ epoch: 1, number: 60 }, { epoch: 2, number: 45 })).toBe(false)
    expect(isConfirmed({ epoch: 2, number: 45 }, { epoch: 2, number: 45 })).toBe(true)
  })

  test('stands when it was confirmed, or its row is there', () => {
    const shown = { newest: { epoch: 1, number: 60 }, confirmed: { epoch: 1, number: 58 } }
    expect(stillStands(shown, [{ epoch: 2, number: 61 }])).toBe(false)
    expect(stillStands(shown, [{ epoch: 1, number: 60 }])).toBe(true)
    expect(stillStands({ ...shown, confirmed: { epoch: 1, number: 60 } }, [])).toBe(true)
  })
})
