import { useState } from 'preact/hooks'
import { asProblem, type Problem } from '../app/problem.ts'
import { t } from '../app/words.ts'

export interface Submission {
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Runs one thing at a time; what goes wrong is kept to be shown. True when it went well. */
  run(work: () => Promise<unknown>): Promise<boolean>
}

/** The life of a form: at rest, under way, refused. */
export function useSubmission(): Submission {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>()
  return {
    busy,
    problem,
    async run(work) {
      if (busy) return false
      setBusy(true)
      setProblem(undefined)
      try {
        await work()
        return true
      } catch (error) {
        setProblem(asProblem(error, t().general.offline))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}

/** The faults that no field shows. */
export function unplaced(problem: Problem | undefined, pointers: readonly string[]): string | undefined {
  if (problem === undefined) return undefined
  return problem.errors.some((one) => pointers.includes(one.pointer)) ? undefined : problem.message
}
