import { readFileSync } from 'node:fs'
import { faultNames } from '../../../test/cluster/nemesis.ts'
import { report } from '../../benchmarks/report.ts'
import { chaos } from '../chaos/runner.ts'

interface Judged {
  readonly rounds: readonly {
    readonly acknowledged: number
    readonly verdicts: readonly { readonly guilt: string }[]
  }[]
}

/** Rounds under faults, every kind at least once, in a laboratory of its own below `folder`: what was promised and what was kept. */
export async function promises(folder: string, rounds: number = faultNames.length): Promise<void> {
  const seed = Date.now() % 1_000_000
  await chaos({ folder, rounds, seed, workload: 'capsules' })
  const judged = JSON.parse(readFileSync(`dist/chaos/${seed}.json`, 'utf8')) as Judged
  const guilts = judged.rounds.flatMap(({ verdicts }) => verdicts.map(({ guilt }) => guilt))
  const acknowledged = judged.rounds.reduce((sum, round) => sum + round.acknowledged, 0)
  const none = { kind: 'most', value: 0 } as const
  const count = (guilt: string) => guilts.filter((each) => each === guilt).length
  const [lost, divergences] = [count('lost-write'), count('divergence')]
  report({ name: 'rounds under faults that were judged', value: judged.rounds.length, unit: '', note: `seed ${seed}` })
  report({ name: 'acknowledged in them, then lost', value: lost, unit: '', bar: none, note: `of ${acknowledged}` })
  report({ name: 'nodes that came to differ', value: divergences, unit: '', bar: none })
  const others = guilts.length - lost - divergences - count('vanished')
  report({ name: 'other promises broken (sessions, live order)', value: others, unit: '', bar: none })
}
