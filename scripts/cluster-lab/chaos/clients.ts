import type { Entry, Outcome } from '../../../test/cluster/history.ts'
import { Dice } from '../../../test/cluster/nemesis.ts'
import type { Lab } from '../lab.ts'
import { type Attempt, listItemsMax, type Workload } from './workload.ts'

const sessionsARegion = 3
const thinkMs = [2, 15] as const
/** How long a client goes on asking under the same id before it leaves the outcome unknown. */
const patienceMs = 6_000
const retryPauseMs = 50
const appendShare = 0.6
/** How often a session enters by another region: guarantees hold for the client, wherever it is. */
const moveShare = 0.05

/** Between two probes: nothing is measured more finely than this. */
const probeMs = 25
const probesMax = 200

/** Clients in every region; each session does one thing at a time and writes down what came of it. */
export class Clients {
  readonly entries: Entry[] = []
  #running = true
  #made = 0
  readonly #appended = new Map<string, number>()
  readonly #sessions: Promise<void>[] = []
  readonly #probes = new Set<Promise<void>>()

  constructor(
    readonly lab: Lab,
    readonly workload: Workload,
    readonly lists: readonly string[],
    /** Makes ids and sessions of several rounds different. */
    readonly prefix: string,
    seed: number,
  ) {
    this.#sessions.push(this.#probe())
    for (const node of lab.nodes) {
      for (let n = 0; n < sessionsARegion; n++) {
        const name = `${prefix}-s${node.plan.number}${n}`
        this.#sessions.push(this.#session(name, node.plan.number, new Dice(seed + node.plan.number * 16 + n)))
      }
    }
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.#running = false
    await Promise.all(this.#sessions)
    await Promise.all(this.#probes)
  }

  /**
   * An append and a read, again and again, by all regions in turn, none waiting for those before it: a session that hangs on a
   * silent machine says when its patience ended, these say when the cluster could write, and whether it could be read.
   */
  async #probe(): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const list = this.lists.find((each) => (this.#appended.get(each) ?? 0) < listItemsMax)
      const region = (n % this.lab.nodes.length) + 1
      if (list !== undefined && this.#probes.size < probesMax) {
        const id = this.#newId()
        this.#appended.set(list, (this.#appended.get(list) ?? 0) + 1)
        this.#launch(`${this.prefix}-a${n}`, region, { kind: 'append', list, id })
        this.#launch(`${this.prefix}-r${n}`, region, { kind: 'read', list })
      }
      await Bun.sleep(probeMs)
    }
  }

  /** One attempt under a session of its own. */
  #launch(session: string, region: number, operation: Entry['operation']): void {
    const probe = (async () => {
      const invokedMs = performance.now()
      const { outcome } = await this.#attempt(region, operation, undefined)
      this.entries.push({ session, invokedMs, completedMs: performance.now(), operation, outcome })
    })()
    this.#probes.add(probe)
    void probe.finally(() => this.#probes.delete(probe))
  }

  #attempt(region: number, operation: Entry['operation'], carried: string | undefined): Promise<Attempt> {
    const entry = this.lab.entry(region)
    return operation.kind === 'append'
      ? this.workload.append(entry, operation.list, operation.id, carried)
      : this.workload.read(entry, operation.list, carried)
  }

  #newId(): string {
    return `${this.prefix}-${String(this.#made++).padStart(16, '0')}`
  }

  async #session(session: string, home: number, dice: Dice): Promise<void> {
    let region = home
    let carried: string | undefined
    while (this.#running) {
      if (dice.next() < moveShare) region = dice.between(1, this.lab.nodes.length)
      const list = dice.pick(this.lists)
      const full = (this.#appended.get(list) ?? 0) >= listItemsMax
      const isAppend = !full && dice.next() < appendShare
      const id = this.#newId()
      const operation: Entry['operation'] = isAppend ? { kind: 'append', list, id } : { kind: 'read', list }
      if (isAppend) this.#appended.set(list, (this.#appended.get(list) ?? 0) + 1)
      const invokedMs = performance.now()
      const { outcome, position } = await this.#insist(region, operation, carried)
      const completedMs = performance.now()
      carried = position ?? carried
      this.entries.push({ session, invokedMs, completedMs, operation, outcome })
      await Bun.sleep(dice.between(...thinkMs))
    }
  }

  /** The same request under the same id until there is an answer that says something. */
  async #insist(region: number, operation: Entry['operation'], carried: string | undefined) {
    const until = performance.now() + patienceMs
    let unclear: Outcome = { kind: 'fail' }
    for (;;) {
      const { outcome, position } = await this.#attempt(region, operation, carried)
      if (outcome.kind === 'ok') return { outcome, position }
      if (outcome.kind === 'unknown') unclear = outcome
      // A refusal after an unclear attempt does not make that one undone.
      const isOver = outcome.kind === 'fail' || performance.now() > until || !this.#running
      if (isOver) return { outcome: unclear.kind === 'unknown' ? unclear : outcome, position: undefined }
      await Bun.sleep(retryPauseMs)
    }
  }
}
