import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Verdict } from '../../../test/cluster/checker.ts'
import type { Entry, History } from '../../../test/cluster/history.ts'
import type { Lab } from '../lab.ts'

/** What one round came to. */
export interface RoundReport extends Measures {
  readonly round: number
  readonly faults: string
  readonly verdicts: readonly Verdict[]
}

export interface Measures {
  readonly acknowledged: number
  /** Operations that ended without an acknowledgement or a reading, retries included in one. */
  readonly failed: number
  /** From the strike to the end of the first append that was begun after it and acknowledged. */
  readonly firstAckMs: number | undefined
  /** Longest time without an append acknowledged, and without a read answered. */
  readonly writeGapMs: number
  readonly readGapMs: number
}

const folder = resolve('dist/chaos')
const logLines = 5_000

export function measure(entries: readonly Entry[], struckMs: number): Measures {
  const done = (kind: 'append' | 'read') =>
    entries.filter(({ operation, outcome }) => operation.kind === kind && outcome.kind === 'ok')
  const appends = done('append')
  const firstMs = Math.min(
    ...appends.filter(({ invokedMs }) => invokedMs >= struckMs).map(({ completedMs }) => completedMs),
  )
  return {
    acknowledged: appends.length,
    failed: entries.filter(({ outcome }) => outcome.kind !== 'ok').length,
    firstAckMs: Number.isFinite(firstMs) ? firstMs - struckMs : undefined,
    writeGapMs: longestGap(appends),
    readGapMs: longestGap(done('read')),
  }
}

function longestGap(entries: readonly Entry[]): number {
  const times = entries.map(({ completedMs }) => completedMs).toSorted((a, b) => a - b)
  return times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0)
}

export function lineOf(report: RoundReport): string {
  const { round, faults, acknowledged, failed, firstAckMs, writeGapMs, readGapMs, verdicts } = report
  const first = firstAckMs === undefined ? 'no acknowledgement after it' : `first after ${firstAckMs.toFixed(0)} ms`
  const guilts = [...new Set(verdicts.map(({ guilt }) => guilt))].join(', ')
  const judged = verdicts.length === 0 ? 'clean' : `${verdicts.length} × ${guilts}`
  const gaps = `gaps ${writeGapMs.toFixed(0)} ms writing, ${readGapMs.toFixed(0)} ms reading`
  return `round ${round}: ${faults}; acknowledged ${acknowledged}, failed ${failed}, ${first}, ${gaps}; ${judged}`
}

/** By fault, from rounds with a single one: how long until the first acknowledgement, and the longest gaps. */
export function tableOf(reports: readonly RoundReport[]): string[] {
  const groups = new Map<string, RoundReport[]>()
  for (const report of reports) {
    const name = report.faults.includes(' + ') ? 'several' : report.faults.replaceAll(/[+-]?\d+ (ms|s)\b/g, '… $1')
    groups.set(name, [...(groups.get(name) ?? []), report])
  }
  const columns = ['rounds', 'failed', 'first p50', 'first p95', 'write gap', 'read gap']
  const head = `${'fault'.padEnd(34)}${columns.map((name) => name.padStart(11)).join('')}`
  const rows = [...groups].toSorted().map(([name, group]) => {
    const firsts = group.map(({ firstAckMs }) => firstAckMs ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b)
    const at = (share: number) => firsts[Math.min(firsts.length - 1, Math.floor(firsts.length * share))] ?? Number.NaN
    const most = (value: (report: RoundReport) => number) => Math.max(...group.map(value))
    const cells = [
      ...[group.length, group.reduce((sum, { failed }) => sum + failed, 0), at(0.5), at(0.95)],
      ...[most(({ writeGapMs }) => writeGapMs), most(({ readGapMs }) => readGapMs)],
    ]
    return `${name.padEnd(34)}${cells.map((value) => value.toFixed(0).padStart(11)).join('')}`
  })
  return [head, ...rows]
}

export function writeReport(seed: number, rounds: readonly RoundReport[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${seed}.json`, JSON.stringify({ seed, rounds }, undefined, 2))
}

/** A history that broke a promise is kept whole, and what the nodes wrote meanwhile. */
export function keepEvidence(lab: Lab, seed: number, round: number, history: History): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${seed}-round-${round}.json`, JSON.stringify(history))
  keepLogs(lab, `${seed}-round-${round}`)
}

export function keepLogs(lab: Lab, name: string | number): void {
  mkdirSync(folder, { recursive: true })
  for (const node of lab.nodes) writeFileSync(`${folder}/${name}-${node.plan.name}.log`, node.log(logLines))
}
