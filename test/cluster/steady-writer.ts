import type { Capsules } from '../../scripts/cluster-lab/chaos/capsules.ts'
import { listItemsMax } from '../../scripts/cluster-lab/chaos/workload.ts'
import type { Lab } from '../../scripts/cluster-lab/lab.ts'

const everyMs = 10
const answerMaxMs = 8_000
const lists = 40
/** A machine that cannot keep up is asked less: a node refuses what is too much, and that is not what is tested. */
const pendingMax = 16

/** Appends to lists by all regions' proxies in turn, one every few milliseconds, and remembers what was acknowledged. */
export class SteadyWriter {
  readonly acknowledged: { readonly list: string; readonly id: string; readonly atMs: number }[] = []
  readonly failed: string[] = []
  #running = true
  #writing: Promise<void>
  readonly #pending = new Set<Promise<void>>()

  private constructor(
    private readonly lab: Lab,
    readonly lists: readonly string[],
    private readonly name: string,
  ) {
    this.#writing = this.#write()
  }

  static async begin(lab: Lab, capsules: Capsules, name: string): Promise<SteadyWriter> {
    return new SteadyWriter(lab, await capsules.makeLists(lab, lists), name)
  }

  /** Resolves once what is under way has an answer. */
  async stop(): Promise<void> {
    this.#running = false
    await this.#writing
    await Promise.all(this.#pending)
  }

  /** From this moment to the first acknowledgement of something begun after it. */
  async untilAcknowledged(withinMs: number): Promise<number> {
    const fromMs = performance.now()
    while (!this.acknowledged.some(({ atMs }) => atMs >= fromMs)) {
      if (performance.now() - fromMs > withinMs) throw new Error(`Nothing was acknowledged in ${withinMs} ms.`)
      await Bun.sleep(everyMs)
    }
    return performance.now() - fromMs
  }

  async #write(): Promise<void> {
    for (let n = 0; this.#running && n < lists * listItemsMax; n++) {
      while (this.#pending.size >= pendingMax) await Promise.race(this.#pending)
      const append = this.#append(n)
      this.#pending.add(append)
      void append.finally(() => this.#pending.delete(append))
      await Bun.sleep(everyMs)
    }
  }

  async #append(n: number): Promise<void> {
    const list = this.lists[n % this.lists.length] ?? ''
    const [capsule, version, block] = list.split('/')
    const id = `${this.name}-${String(n).padStart(16, '0')}`
    const atMs = performance.now()
    const entry = this.lab.entry((n % this.lab.nodes.length) + 1)
    const said = await fetch(`${entry}/api/v1/capsules/${capsule}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, version: Number(version), block, value: { note: id } }),
      signal: AbortSignal.timeout(answerMaxMs),
    }).then(
      async (answer) => (answer.ok ? undefined : `${answer.status} ${await answer.text()}`),
      (error: unknown) => String(error),
    )
    if (said === undefined) this.acknowledged.push({ list, id, atMs })
    else this.failed.push(said)
  }
}
