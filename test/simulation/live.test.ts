import { describe, expect, test } from 'bun:test'
import { mutants } from './live/mutants.ts'
import { run } from './live/run.ts'
import { type Mutations, Violation } from './live/world.ts'

/** `bun test/simulation/live/seeds.ts <from> <count>` runs as many as there is time for. */
const seeds = 300
/** Within how many seeds a mutant must be found. */
const mutantSeeds = 300

describe('no gap, no repetition, order, bounded memory (R8 to R12, R22 to R29)', () => {
  test(`hold in ${seeds} seeds of every fault`, () => {
    const runs = Array.from({ length: seeds }, (_, n) => run(n + 1))
    const sum = (of: (one: (typeof runs)[number]) => number) => runs.reduce((total, one) => total + of(one), 0)
    // What would hold in a world where nothing happens must not count.
    expect(sum((one) => one.told)).toBeGreaterThan(seeds * 100)
    expect(sum((one) => one.recovered)).toBeGreaterThan(seeds * 5)
    expect(sum((one) => one.begun)).toBeGreaterThan(seeds * 10)
    expect(sum((one) => one.acknowledged)).toBeGreaterThan(seeds * 10)
    expect(sum((one) => one.clocks)).toBeGreaterThan(seeds)
    expect(sum((one) => one.cutForSlowness)).toBeGreaterThan(seeds / 10)
  }, 120_000)

  test('the same seed is the same run', () => {
    expect(run(7)).toEqual(run(7))
  })
})

describe('the simulation finds a broken rule', () => {
  for (const [name, mutations] of Object.entries(mutants)) {
    test(name, () => {
      expect(firstFault(mutations)).toMatch(/^(gap|repetition|order|votes|liveness): /)
    }, 120_000)
  }
})

function firstFault(mutations: Mutations): string {
  for (let seed = 1; seed <= mutantSeeds; seed++) {
    try {
      run(seed, mutations)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      return error.message
    }
  }
  return 'nothing found'
}
