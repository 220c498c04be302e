import { expect, test } from 'bun:test'
import { Guard } from './guard.ts'
import { limits } from './limits.ts'
import type { Message, Report } from './messages.ts'
import type { GuardEffect, GuardEvent } from './steps.ts'

const commit = { number: 8, database: 'directory', txid: 2, checksum: 'x' }
const here = { epoch: 4, number: 8 }
let counter = 0
const from = (sender: string, message: Message): GuardEvent => ({
  ...{ type: 'message', from: sender, incarnation: `incarnation-of-${sender}`, counter: ++counter, message },
})
const said = (effects: readonly GuardEffect[], to: string) =>
  effects.flatMap((effect) => (effect.type === 'send' && effect.to === to ? [effect.message] : []))

/** Answers what a guard reads with its own position. */
function reading(guard: Guard, effects: readonly GuardEffect[], number: number, nowMs: number): readonly GuardEffect[] {
  const read = effects.find(({ type }) => type === 'read-position')
  const ask = read?.type === 'read-position' ? read.ask : 0
  return guard.step({ type: 'position', ask, position: { epoch: number === 8 ? 4 : 3, number } }, nowMs)
}

/** The guard of `a`, which has just handed its lease to `b`. */
function handed(): { guard: Guard; effects: readonly GuardEffect[] } {
  const guard = new Guard({
    ...{ name: 'a', role: 'candidate', candidates: ['a', 'b', 'c'], record: { promised: 3, member: true } },
    ...{ empty: false, incarnation: 'incarnation-of-a', random: () => 0.5, nowMs: 0 },
  })
  const report = (content: Partial<Report>): Report => ({
    ...{ type: 'report', promised: 3, member: true, heard: {}, databases: {}, claim: null, echo: null, ...content },
  })
  for (const peer of ['b', 'c']) guard.step(from(peer, report({})), 1)
  const canvass = said(reading(guard, guard.step({ type: 'acquire', request: 1, session: 's' }, 1), 7, 1), 'b')[0]
  const round = canvass?.type === 'canvass' ? canvass.round : 0
  const promising = guard.step(from('b', { type: 'canvassed', round, promised: 3, refused: null }), 1)
  reading(guard, promising, 7, 1)
  guard.step(from('b', { type: 'voted', epoch: 4, promised: 4, refused: null }), 1)
  guard.step({ type: 'litefs', state: 'primary', follows: null }, 1)
  guard.step({ type: 'opened', epoch: 4, commits: [commit] }, 1)
  const follows = { promised: 4, databases: { directory: { txid: 2, checksum: 'x' } }, echo: { epoch: 4, beat: 1 } }
  guard.step(from('b', report(follows)), 1)
  expect(guard.status.role).toBe('open')
  guard.step({ type: 'handoff', to: 'b' }, 2)
  const offer = said(guard.step({ type: 'drained', epoch: 4 }, 2), 'b').find(({ type }) => type === 'offer')
  const nonce = offer?.type === 'offer' ? offer.offer : null
  const vote = guard.step(from('b', { type: 'vote', epoch: 5, position: here, offer: nonce }), 3)
  return { guard, effects: reading(guard, vote, 8, 3) }
}

test('G30 who has handed its lease over votes for nobody else while the target may be slow to take it', () => {
  const { guard, effects } = handed()
  expect(effects).toContainEqual({ type: 'hand-lease', to: 'b' })
  const asked = (nowMs: number) =>
    said(guard.step(from('c', { type: 'canvass', round: nowMs, position: here }), nowMs), 'c')
  expect(asked(50)).toMatchObject([{ type: 'canvassed', refused: 'primary known' }])
  // It is read for: the answer rests on positions again.
  expect(asked(3 + limits.voteMaxMs + 1)).toEqual([])
})
