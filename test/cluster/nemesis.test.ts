import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Dice, describeFault, type Fault, type FaultName, faultNames, schedule } from './nemesis.ts'

const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const whomOf = (fault: Fault) => ('whom' in fault ? fault.whom : undefined)

test('one seed, one schedule; another seed, another', () => {
  expect(schedule({ seed: 7, rounds: 40 })).toEqual(schedule({ seed: 7, rounds: 40 }))
  expect(schedule({ seed: 7, rounds: 40 })).not.toEqual(schedule({ seed: 8, rounds: 40 }))
})

test('every fault comes up before any comes up again', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const rounds = schedule({ seed, rounds: faultNames.length })
      const kinds = new Set(rounds.filter(({ faults }) => faults.length === 1).map(({ faults: [one] }) => nameOf(one)))
      expect(kinds.size).toBe(faultNames.length - 1)
      expect(rounds.filter(({ faults }) => faults.length > 1)).toHaveLength(1)
    }),
  )
})

test('several at once hit different nodes, and never wipe two disks', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      for (const { faults } of schedule({ seed, rounds: 30, faults: ['several', 'wipe', 'kill-all'] })) {
        expect(new Set(faults.map(whomOf)).size).toBe(faults.length)
        expect(faults.filter(({ kind }) => kind === 'wipe').length).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('only what is asked for, within its bounds, and nobody is cut from himself', () => {
  fc.assert(
    fc.property(anySeed, fc.subarray([...faultNames], { minLength: 1 }), (seed, faults) => {
      for (const round of schedule({ seed, rounds: 20, faults })) {
        expect(round.holdMs).toBeLessThanOrEqual(3_000)
        for (const fault of round.faults) {
          if ('from' in fault) expect(fault.from).not.toBe(fault.whom)
          const allowed = faults.includes('several') || faults.includes(nameOf(fault))
          expect(allowed).toBe(true)
          expect(describeFault(fault).length).toBeGreaterThan(3)
        }
      }
    }),
  )
})

test('seed 0: with nothing but a wipe to choose from, the second of several faults is another one', () => {
  const kinds = schedule({ seed: 0, rounds: 20, faults: ['wipe', 'several'] }).flatMap((round) => round.faults)
  expect(new Set(kinds.map((fault) => fault.kind))).toEqual(new Set(['wipe', 'kill']))
})

test('the dice are fair enough to reach every value, and stay inside', () => {
  const dice = new Dice(1)
  const seen = new Set(Array.from({ length: 200 }, () => dice.between(1, 6)))
  expect([...seen].toSorted()).toEqual([1, 2, 3, 4, 5, 6])
  expect(() => dice.pick([])).toThrow('Nothing to pick from.')
})

function nameOf(fault: Fault | undefined): FaultName {
  if (fault === undefined) throw new Error('no fault')
  if (fault.kind === 'kill') return `kill-${fault.what}`
  if (fault.kind === 'partition') return fault.oneWay ? 'partition-one-way' : 'partition'
  return fault.kind
}
