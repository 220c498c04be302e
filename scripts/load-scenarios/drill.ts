import type { Proof } from './report.ts'
import { scenarios, secondsOf } from './scenarios.ts'

/** What came of one scenario of several. */
export type End =
  | { readonly name: string; readonly proofs: readonly Proof[] }
  /** It could not be run at all. */
  | { readonly name: string; readonly fault: string }

/** What is going to run and how long that takes: said before it begins. */
export function planOf(names: readonly string[]): string {
  const minutes = (seconds: number) => Math.max(1, Math.round(seconds / 60))
  const each = names.flatMap((name) => {
    const scenario = scenarios[name]
    return scenario === undefined ? [] : [{ name, seconds: secondsOf(scenario) }]
  })
  const all = each.reduce((sum, { seconds }) => sum + seconds, 0)
  const parts = each.map(({ name, seconds }) => `${name} ${minutes(seconds)}`).join(', ')
  return `At most ${minutes(all)} minutes (${parts}); filling a new folder comes before it.`
}

export function isBad(end: End): boolean {
  return 'fault' in end || end.proofs.some(({ met }) => !met)
}

/** A line for each scenario, and each thing that was missed beside its target. */
export function summary(ends: readonly End[]): string {
  const lines = ends.flatMap((end) => {
    if ('fault' in end) return [`✗ ${end.name}: could not be run (${end.fault})`]
    const missed = end.proofs.filter(({ met }) => !met)
    const held = `${end.proofs.length - missed.length} of ${end.proofs.length}`
    return [
      `${missed.length === 0 ? '✓' : '✗'} ${end.name}: ${held}`,
      ...missed.map(({ what, measured, target }) => `    ${what}: ${measured}, wanted ${target}`),
    ]
  })
  const good = ends.filter((end) => !isBad(end)).length
  return ['', ...lines, `${good} of ${ends.length} scenarios hold.`].join('\n')
}
