import { AsyncLocalStorage } from 'node:async_hooks'
import type { Databases } from '../../src/db/database.ts'
import type { Step } from './operations/steps.ts'
import { applySteps } from './operations.ts'

interface Unit {
  readonly steps: Step[]
  readonly effects: (() => Promise<void>)[]
}

const current = new AsyncLocalStorage<Unit>()

/**
 * Runs `work` and then stores all that it noted, as one operation: all of it or nothing; then come its effects. When it
 * throws nothing is stored. `evenly` commits as often when there is nothing to store and nobody to write to: how long an
 * answer takes must not tell which of the two it was.
 */
export async function inOneOperation<T>(databases: Databases, work: () => Promise<T>, evenly = false): Promise<T> {
  const { steps, effects }: Unit = { steps: [], effects: [] }
  const result = await current.run({ steps, effects }, work)
  if (steps.length > 0 || evenly) await databases.write(applySteps, null, { steps })
  for (const effect of effects) await effect()
  if (evenly && effects.length === 0) await databases.write(applySteps, null, { steps: [] })
  return result
}

/** @throws Error outside of a unit of work: what only looks (every GET) has none, and so can't write. */
export function note(step: Step): void {
  unit(step.do).steps.push(step)
}

/** Runs once everything that was noted is stored. */
export function afterwards(effect: () => Promise<void>): void {
  unit('an effect').effects.push(effect)
}

function unit(what: string): Unit {
  const found = current.getStore()
  if (found === undefined) throw new Error(`A request that only reads wanted to write: ${what}.`)
  return found
}
