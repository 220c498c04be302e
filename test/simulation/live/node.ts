import type { Totals } from '../../../modules/capsule/index.ts'
import { capsuleChanged } from '../../../modules/capsule/index.ts'
import { Live } from '../../../modules/realtime/live.ts'
import type { ShownQuestion, Sources, Stage } from '../../../modules/realtime/sources.ts'
import { NodeLog, organizationId, type Row } from './log.ts'
import type { Line } from './network.ts'
import { limits, type World } from './world.ts'

/** A node: the real server's side over a log that it may see late. */
export class SimulatedNode {
  live: Live
  log: NodeLog
  isUp = true
  readonly lines = new Set<Line>()
  #topics = new Map<string, Set<Line>>()

  constructor(
    private readonly world: World,
    readonly name: string,
  ) {
    this.log = new NodeLog(world.log)
    this.live = this.#start()
  }

  /** Rows that are confirmed here now; applied and told in the order of the log. */
  advance(): void {
    while (this.log.confirmed < this.world.log.confirmed) {
      const row = this.world.log.rows[this.log.confirmed]
      if (row === undefined) return
      this.log.confirmed++
      if (this.isUp && !this.world.mutations.tellsUnconfirmed) this.tell(row)
    }
  }

  tell(row: Row): void {
    if (row.kind === capsuleChanged.kind) this.live.capsuleChanged(row as never)
    else this.live.mark(row.subject, 'totals')
  }

  subscribe(topic: string, line: Line): void {
    const lines = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, lines.add(line))
  }

  unsubscribe(topic: string, line: Line): void {
    this.#topics.get(topic)?.delete(line)
  }

  hear(line: Line, text: string): void {
    if (line.live !== this.live || !this.live.mayTalk(line)) return
    const { id } = JSON.parse(text) as { id: string }
    this.world.vote(line, id)
  }

  /** Ends the process and starts it again. In order: everybody is told. */
  restart(inOrder: boolean): void {
    const lines = [...this.lines]
    this.lines.clear()
    if (inOrder) this.live.drain()
    for (const line of lines) line.abandon(inOrder ? 1012 : this.world.random() < 0.5 ? 1006 : undefined)
    this.isUp = false
    this.#topics = new Map()
    this.world.schedule.after(100 + 2_000 * this.world.random(), () => {
      this.log = new NodeLog(this.world.log)
      this.live = this.#start()
      this.isUp = true
    })
  }

  #start(): Live {
    const { world } = this
    // A process that has ended has timers still, and nobody to tell.
    const topics = new Map<string, Set<Line>>()
    this.#topics = topics
    return new Live({
      sources: this.#sources(),
      topics: { publish: (topic, text) => this.#publish(topics, topic, text) },
      clock: world.schedule,
      limits,
      reportBug: (error) => {
        throw error
      },
      stands: () => true,
    })
  }

  #publish(topics: ReadonlyMap<string, Set<Line>>, topic: string, text: string): number {
    if (topics !== this.#topics) return text.length
    let fast = true
    for (const line of [...(topics.get(topic) ?? [])]) fast = line.deliver(text) && fast
    return fast ? text.length : -1
  }

  #sources(): Sources {
    const log = this.log
    const last = (capsuleId: string) => this.world.log.last(capsuleId, log.confirmed)
    return {
      log: this.world.mutations.log?.(log, this.world) ?? log,
      version: (capsuleId) => last(capsuleId)?.visible,
      totals: (capsuleId): Record<string, Totals> => ({ vote: { total: last(capsuleId)?.votes ?? 0, choices: {} } }),
      stage: (): Stage | null => null,
      questions: (): readonly ShownQuestion[] => [],
    }
  }
}

export { organizationId }
