import { resolve } from 'node:path'
import { Capsules } from '../chaos/capsules.ts'
import { findPrimary } from '../chaos/faults.ts'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import type { LabNode } from '../node.ts'

const patienceMs = 30_000

/** What every measurement needs: a laboratory, something to write to, and who is primary. */
export class Stage {
  readonly capsules = new Capsules()
  #made = 0

  private constructor(
    readonly lab: Lab,
    readonly apiKey: string,
  ) {}

  static async set(lab: Lab): Promise<Stage> {
    let apiKey = ''
    for (const node of lab.nodes) {
      const { exitCode, stdout } = node.exec([resolve('dist/encapsify'), 'demo', '--json'])
      if (exitCode === 0) apiKey = (JSON.parse(stdout.toString()) as { apiKey: string }).apiKey
    }
    const stage = new Stage(lab, apiKey)
    await stage.capsules.prepare(lab)
    return stage
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' }
  }

  async primary(): Promise<LabNode> {
    let found: number | undefined
    await eventually(async () => {
      found = await findPrimary(this.lab)
      return found !== undefined
    })
    return this.lab.node(found ?? 1)
  }

  /** An answer to a list, as a page's visitor sends it: its id begins with the moment. */
  answerTo(list: string): { readonly id: string; readonly path: string; readonly body: string } {
    const [capsule, version, block] = list.split('/')
    const id = Date.now().toString(16).padStart(12, '0') + String(this.#made++).padStart(20, '0')
    const body = JSON.stringify({ id, version: Number(version), block, value: { note: id } })
    return { id, path: `/api/v1/capsules/${capsule}/responses`, body }
  }

  /** One way between these, in milliseconds. */
  async delay(pairs: readonly (readonly [number, number])[], ms: number): Promise<void> {
    for (const [a, b] of pairs) await this.lab.delay(a, b, ms)
  }

  async rest(): Promise<void> {
    await Promise.all(this.lab.nodes.map((node) => node.ready(patienceMs)))
    await this.primary()
  }
}

/** 0 ≤ share ≤ 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
