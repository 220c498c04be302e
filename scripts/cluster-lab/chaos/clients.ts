import type { Entry, Outcome } from '../../../test/cluster/history.ts'
import { Dice } from '../../../test/cluster/nemesis.ts'
import type { Lab } from '../lab.ts'
import { listItemsMax, type Workload } from './workload.ts'

const sessionsARegion = 3
const thinkMs = [2, 15] as const
/** How long a client goes on asking under the same id before it leaves the outcome unknown. */
const patienceMs = 6_000
const retryPauseMs = 50
const appendShare = 0.6
/** How often a session enters by another region: guarantees hold for the client, wherever it is. */
const moveShare = 0.05

/** Clients in every region; each session does one thing at a time and writes down what came of it. */
export class Clients {
  readonly entries: Entry[] = []
  /** When each acknowledged append ended. */
  readonly acknowledgedMs: number[] = []
  #running = true
  #made = 0
  readonly #appended = new Map<string, number>()
  readonly #sessions: Promise<void>[] = []

  constructor(
    readonly lab: Lab,
    readonly workload: Workload,
    readonly lists: readonly string[],
    /** Makes ids and sessions of several rounds different. */
    readonly prefix: string,
    seed: number,
  ) {
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
  }

  async #session(session: string, home: number, dice: Dice): Promise<void> {
    let region = home
    let carried: string | undefined
    while (this.#running) {
      if (dice.next() < moveShare) region = dice.between(1, this.lab.nodes.length)
      const list = dice.pick(this.lists)
      const full = (this.#appended.get(list) ?? 0) >= listItemsMax
      const isAppend = !full && dice.next() < appendShare
      const id = `${this.prefix}-${String(this.#made++).padStart(16, '0')}`
      const operation: Entry['operation'] = isAppend ? { kind: 'append', list, id } : { kind: 'read', list }
      if (isAppend) this.#appended.set(list, (this.#appended.get(list) ?? 0) + 1)
      const invokedMs = performance.now()
      const { outcome, position } = await this.#insist(region, operation, carried)
      const completedMs = performance.now()
      carried = position ?? carried
      this.entries.push({ session, invokedMs, completedMs, operation, outcome })
      if (isAppend && outcome.kind === 'ok') this.acknowledgedMs.push(completedMs)
      await Bun.sleep(dice.between(...thinkMs))
    }
  }

  /** The same request under the same id until there is an answer that says something. */
  async #insist(region: number, operation: Entry['operation'], carried: string | undefined) {
    const entry = this.lab.entry(region)
    const until = performance.now() + patienceMs
    let unclear: Outcome = { kind: 'fail' }
    for (;;) {
      const { outcome, position } =
        operation.kind === 'append'
          ? await this.workload.append(entry, operation.list, operation.id, carried)
          : await this.workload.read(entry, operation.list, carried)
      if (outcome.kind === 'ok') return { outcome, position }
      if (outcome.kind === 'unknown') unclear = outcome
      // A refusal after an unclear attempt does not make that one undone.
      const isOver = outcome.kind === 'fail' || performance.now() > until || !this.#running
      if (isOver) return { outcome: unclear.kind === 'unknown' ? unclear : outcome, position: undefined }
      await Bun.sleep(retryPauseMs)
    }
  }
}
