import { report } from '../../benchmarks/report.ts'
import type { LabNode, Target } from '../node.ts'
import { quantile, type Stage } from './stage.ts'

const everyMs = 5
const answerMaxMs = 8_000
const patienceMs = 15_000
const calmMs = 400
const handoffs = 20
const crashesEach = 5
const cuts = 8
const lists = 20

interface Done {
  readonly begunMs: number
  readonly endedMs: number
}

/** An answer every few milliseconds by each node in turn, none waiting for those before it. */
class Drizzle {
  readonly done: Done[] = []
  readonly failed: string[] = []
  /** Reads that were refused, of pages that everybody may see. */
  #running = true
  readonly #all: Promise<void>

  private constructor(
    private readonly stage: Stage,
    private readonly names: readonly string[],
    private readonly nodes: () => readonly LabNode[],
  ) {
    this.#all = this.#run()
  }

  static async begin(stage: Stage, nodes: () => readonly LabNode[]): Promise<Drizzle> {
    const drizzle = new Drizzle(stage, await stage.capsules.makeLists(stage.lab, lists), nodes)
    await Bun.sleep(calmMs)
    return drizzle
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#all
  }

  /** The longest time without an acknowledgement since then. */
  gapSince(sinceMs: number): number {
    const times = this.done.map(({ endedMs }) => endedMs).filter((endedMs) => endedMs >= sinceMs - calmMs / 4)
    return times
      .toSorted((a, b) => a - b)
      .reduce((longest, time, at, sorted) => Math.max(longest, time - (sorted[at - 1] ?? time)), 0)
  }

  /** From then until the first acknowledgement of what was begun after it. */
  async firstAfter(sinceMs: number): Promise<number> {
    const untilMs = sinceMs + patienceMs
    for (;;) {
      const first = Math.min(...this.done.filter(({ begunMs }) => begunMs >= sinceMs).map(({ endedMs }) => endedMs))
      if (Number.isFinite(first)) return first - sinceMs
      if (performance.now() > untilMs) return patienceMs
      await Bun.sleep(everyMs)
    }
  }

  async #run(): Promise<void> {
    const pending = new Set<Promise<void>>()
    for (let n = 0; this.#running; n++) {
      const one = this.#answer(n)
      pending.add(one)
      void one.finally(() => pending.delete(one))
      await Bun.sleep(everyMs)
    }
    await Promise.all(pending)
  }

  async #answer(n: number): Promise<void> {
    const nodes = this.nodes()
    const node = nodes[n % nodes.length]
    const { path, body } = this.stage.answerTo(this.names[n % this.names.length] ?? '')
    const begunMs = performance.now()
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body, signal: AbortSignal.timeout(answerMaxMs) }
    const said = await fetch(`${node?.origin}${path}`, init).then(
      async (answer) => (answer.ok ? undefined : `${answer.status} ${await answer.text()}`),
      (error: unknown) => String(error),
    )
    if (said === undefined) this.done.push({ begunMs, endedMs: performance.now() })
    else this.failed.push(said)
  }
}

export async function handingOver(stage: Stage): Promise<void> {
  await stage.rest()
  const drizzle = await Drizzle.begin(stage, () => stage.lab.nodes)
  const gaps: number[] = []
  for (let turn = 0; turn < handoffs; turn++) {
    const from = await stage.primary()
    const to = stage.lab.node((from.plan.number % 3) + 1)
    const sinceMs = performance.now()
    await from.handOff(to.plan.name)
    await Bun.sleep(2 * calmMs)
    gaps.push(drizzle.gapSince(sinceMs))
  }
  await drizzle.stop()
  const note = `p50 ${quantile(gaps, 0.5).toFixed(0)} ms, ${handoffs} handoffs, ${drizzle.done.length} acknowledged`
  report({
    name: 'handoff, no write acknowledged: p95',
    value: quantile(gaps, 0.95),
    unit: 'ms',
    bar: { kind: 'most', value: 150 },
    note,
  })
  const first = drizzle.failed[0] ?? ''
  report({
    name: 'handoff, failed requests',
    value: drizzle.failed.length,
    unit: '',
    bar: { kind: 'most', value: 0 },
    note: first.slice(0, 60),
  })
}

export async function crashing(stage: Stage): Promise<void> {
  const all: number[] = []
  for (const what of ['litefs', 'server', 'guard', 'all'] as const) all.push(...(await crash(stage, what)))
  report({
    name: 'crash of a process, until acknowledged anew: p95',
    value: quantile(all, 0.95),
    unit: 'ms',
    bar: { kind: 'most', value: 2_000 },
  })
}

async function crash(stage: Stage, what: Target): Promise<number[]> {
  const took: number[] = []
  for (let turn = 0; turn < crashesEach; turn++) {
    await stage.rest()
    const struck = await stage.primary()
    const others = stage.lab.nodes.filter((node) => node !== struck)
    const drizzle = await Drizzle.begin(stage, () => others)
    const sinceMs = performance.now()
    await struck.kill(what)
    took.push(await drizzle.firstAfter(sinceMs))
    await drizzle.stop()
    if (!struck.isRunning()) await struck.start()
  }
  report({
    name: `kill -9 of the primary's ${what}: worst of ${crashesEach}`,
    value: Math.max(...took),
    unit: 'ms',
    note: `p50 ${quantile(took, 0.5).toFixed(0)} ms`,
  })
  return took
}

/** The primary's machine, from everybody. What bounds it is written in docs/operations/laboratory.md. */
export async function vanishing(stage: Stage): Promise<void> {
  const took: number[] = []
  for (let turn = 0; turn < cuts; turn++) {
    await stage.rest()
    const struck = await stage.primary()
    const others = stage.lab.nodes.filter((node) => node !== struck)
    const drizzle = await Drizzle.begin(stage, () => others)
    const sinceMs = performance.now()
    stage.lab.cut(struck.plan.number)
    took.push(await drizzle.firstAfter(sinceMs))
    await drizzle.stop()
    stage.lab.heal(struck.plan.number)
    await Bun.sleep(2 * calmMs)
  }
  const note = `p50 ${quantile(took, 0.5).toFixed(0)} ms, ${cuts} cuts`
  report({
    name: 'machine gone, until acknowledged anew: p95',
    value: quantile(took, 0.95),
    unit: 'ms',
    bar: { kind: 'most', value: 4_000 },
    note,
  })
}
