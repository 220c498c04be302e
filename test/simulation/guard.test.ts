import { describe, expect, test } from 'bun:test'
import { mutants } from './mutants.ts'
import { run } from './run.ts'
import { Violation } from './world.ts'

/** `bun test/simulation/seeds.ts <from> <count>` runs as many as there is time for. */
const seeds = 200
/** Within how many seeds a mutant must be found. */
const mutantSeeds = 400

describe('S1, S2, S3, liveness and convergence', () => {
  test(`hold in ${seeds} seeds of every fault`, () => {
    const runs = Array.from({ length: seeds }, (_, n) => run(n + 1))
    const sum = (count: (one: (typeof runs)[number]) => number) => runs.reduce((total, one) => total + count(one), 0)
    // What would hold in a world where nothing happens must not count.
    expect(sum((one) => one.acknowledged)).toBeGreaterThan(seeds * 100)
    expect(sum((one) => one.epochs)).toBeGreaterThan(seeds * 2)
    expect(sum((one) => one.handoffs.done)).toBeGreaterThan(seeds / 20)
  }, 120_000)

  test('a handoff reaches the node it names, when nothing else happens (G29–G31)', () => {
    const runs = Array.from({ length: 20 }, (_, n) => run(n + 1, { faults: ['handoff'], doubtRatio: 0 }))
    const done = runs.reduce((total, one) => total + one.handoffs.done, 0)
    const failed = runs.reduce((total, one) => total + one.handoffs.failed, 0)
    const epochs = runs.reduce((total, one) => total + one.epochs, 0)
    expect(done).toBeGreaterThan(100)
    expect(epochs).toBe(runs.length + done)
    expect(failed).toBeLessThan(done / 10)
  }, 120_000)

  test('seed 138: what an earlier start said must not replace a later one (G9)', () => {
    expect(run(138).epochs).toBeGreaterThan(0)
  })

  test('the same seed is the same run', () => {
    expect(run(7)).toEqual(run(7))
  })
})

describe('the simulation finds a broken rule', () => {
  for (const [name, options] of Object.entries(mutants)) {
    test(name, () => {
      expect(firstFault(options)).toMatch(/^S[123]: /)
    }, 120_000)
  }
})

function firstFault(options: (typeof mutants)[string]): string {
  for (let seed = 1; seed <= mutantSeeds; seed++) {
    try {
      run(seed, options)
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      if (error.promise.startsWith('S')) return error.message
    }
  }
  return 'nothing found'
}
