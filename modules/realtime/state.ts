import type { Clock } from './clock.ts'
import { Frame } from './frame.ts'
import type { LiveLimits } from './limits.ts'
import type { Sources } from './sources.ts'

export type Part = 'totals' | 'people' | 'stage' | 'questions' | 'reactions'

interface StateOptions {
  readonly capsuleId: string
  readonly sources: Sources
  readonly clock: Clock
  readonly limits: Pick<LiveLimits, 'stateEveryMs' | 'peopleEveryMs'>
  /** Members on this node: those who are told. */
  readonly people: () => number
  /** People on the other nodes. */
  readonly elsewhere: () => number
  readonly publish: (frame: Frame) => void
  readonly reportBug: (error: unknown) => void
}

/** A large audience is told less often, but never less than this. */
const stateEveryMsMax = 1_000
/** Above so many people a change of one per cent is told, not of one. */
const exactPeopleMax = 100

/**
 * How a capsule stands (R14): marked when it may have changed, read and told at most four times a second. Whatever is equal to
 * what was told last is not told again.
 */
export class State {
  readonly #totals = new Map<string, string>()
  #stage = 'null'
  #questions = '[]'
  #people = 0
  readonly #reactions = new Map<string, number>()
  readonly #marked = new Set<Part>()
  #toldMs = Number.NEGATIVE_INFINITY
  #peopleToldMs = Number.NEGATIVE_INFINITY
  #timer: { readonly dueMs: number; readonly cancel: () => void } | undefined

  constructor(
    private readonly options: StateOptions,
    public version: number,
  ) {
    this.#readTotals()
    this.#readStage()
    this.#readQuestions()
  }

  /** All of it, as JSON, for who joins. */
  whole(): string {
    const totals = [...this.#totals].map(([block, text]) => `${JSON.stringify(block)}:${text}`).join()
    return `{"totals":{${totals}},"people":${this.#everybody()},"stage":${this.#stage},"questions":${this.#questions}}`
  }

  mark(part: Exclude<Part, 'reactions'>): void {
    this.#marked.add(part)
    if (this.options.people() > 0) this.#wake()
  }

  /** Reads what was marked while there was nobody to tell. */
  catchUp(): void {
    if (this.#marked.delete('totals')) this.#readTotals()
    if (this.#marked.delete('stage')) this.#readStage()
    if (this.#marked.delete('questions')) this.#readQuestions()
    this.#marked.clear()
    this.#reactions.clear()
  }

  react(reaction: string, times = 1): void {
    this.#reactions.set(reaction, (this.#reactions.get(reaction) ?? 0) + times)
    this.#marked.add('reactions')
    this.#wake()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #everybody(): number {
    return this.options.people() + this.options.elsewhere()
  }

  #wake(): void {
    if (this.#marked.size === 0) return
    const onlyPeople = this.#marked.size === 1 && this.#marked.has('people')
    const { stateEveryMs, peopleEveryMs } = this.options.limits
    const nowMs = this.options.clock.passedMs()
    // Ten thousand people are told twice a second: each telling is ten thousand writes.
    const everyMs = Math.max(stateEveryMs, Math.min(stateEveryMsMax, this.options.people() / 20))
    const dueMs = Math.max(
      nowMs,
      this.#toldMs + everyMs,
      onlyPeople ? this.#peopleToldMs + peopleEveryMs : Number.NEGATIVE_INFINITY,
    )
    if (this.#timer !== undefined) {
      if (this.#timer.dueMs <= dueMs) return
      this.#timer.cancel()
    }
    this.#timer = { dueMs, cancel: this.options.clock.after(dueMs - nowMs, () => this.#tell()) }
  }

  #tell(): void {
    this.#timer = undefined
    this.#toldMs = this.options.clock.passedMs()
    try {
      const parts = this.#changedParts()
      if (parts.length > 0) this.options.publish(new Frame(`{"type":"state",${parts.join()}}`))
    } catch (error) {
      this.options.reportBug(error)
    }
    this.#wake()
  }

  #changedParts(): string[] {
    const parts: string[] = []
    if (this.#marked.delete('totals')) {
      const changed = this.#readTotals()
      if (changed.length > 0) parts.push(`"totals":{${changed.join()}}`)
    }
    if (this.#marked.delete('stage') && this.#readStage()) parts.push(`"stage":${this.#stage}`)
    if (this.#marked.delete('questions') && this.#readQuestions()) parts.push(`"questions":${this.#questions}`)
    if (this.#marked.delete('reactions')) {
      parts.push(`"reactions":${JSON.stringify(Object.fromEntries(this.#reactions))}`)
      this.#reactions.clear()
    }
    if (this.#marked.has('people') && this.#toldMs >= this.#peopleToldMs + this.options.limits.peopleEveryMs) {
      this.#marked.delete('people')
      const people = this.#everybody()
      // Who joined was told a number of its own, so a small audience is told even what is equal.
      const least = people <= exactPeopleMax ? 0 : people / 100
      if (Math.abs(people - this.#people) >= least) {
        this.#people = people
        this.#peopleToldMs = this.#toldMs
        parts.push(`"people":${people}`)
      }
    }
    return parts
  }

  /** Returns what changed, as members of a JSON object. */
  #readTotals(): string[] {
    const changed: string[] = []
    const totals = this.options.sources.totals(this.options.capsuleId, this.version)
    for (const [block, its] of Object.entries(totals)) {
      const text = JSON.stringify(its)
      if (this.#totals.get(block) === text) continue
      this.#totals.set(block, text)
      changed.push(`${JSON.stringify(block)}:${text}`)
    }
    for (const block of this.#totals.keys()) if (!(block in totals)) this.#totals.delete(block)
    return changed
  }

  #readStage(): boolean {
    const before = this.#stage
    this.#stage = JSON.stringify(this.options.sources.stage(this.options.capsuleId))
    return this.#stage !== before
  }

  #readQuestions(): boolean {
    const before = this.#questions
    this.#questions = JSON.stringify(this.options.sources.questions(this.options.capsuleId))
    return this.#questions !== before
  }
}
