import type { Static } from '@sinclair/typebox'
import type { Databases } from '../../../src/db/database.ts'
import { organizationOf } from '../../../src/db/ids.ts'
import type { leadHot } from '../events.ts'
import type { FiguresReader } from '../figures.ts'
import { analyticsLimits as limits } from '../limits.ts'
import type { Visits } from '../visits.ts'

/** Somebody of the team who watches a capsule. */
export interface Watcher {
  send(text: string): void
  /** Whether they still may. Asked every now and then. */
  mayStay(): Promise<boolean>
  close(why: Closing): void
}

export interface Closing {
  readonly code: number
  readonly reason: string
}

export const closing = {
  restart: { code: 1012, reason: 'the node restarts: come back' },
  crowded: { code: 1013, reason: 'too many watch here: try again' },
  malformed: { code: 4400, reason: 'not understood' },
  unknown: { code: 4401, reason: 'sign in first' },
  forbidden: { code: 4403, reason: 'no longer allowed' },
  absent: { code: 4404, reason: 'no such capsule' },
} as const

export interface WatchDeps {
  readonly db: Pick<Databases, 'read'>
  readonly visits: Visits
  readonly figures: FiguresReader
  readonly reportBug: (error: unknown) => void
}

const lookEveryMs = 500
/** R36: a client that hears nothing for two and a half of these takes the connection for dead. */
export const heartbeatMs = 10_000
const funnelMinutes = 30

/**
 * Who watches which capsule on this node. What they see is read from the database, where the visits of all nodes arrive: twice a
 * second while somebody watches, and told only when it is another than before.
 */
export class Watch {
  readonly #capsules = new Map<string, { readonly watchers: Set<Watcher>; told: string }>()
  #looking: ReturnType<typeof setInterval> | undefined
  #beating: ReturnType<typeof setInterval> | undefined
  #isClosed = false

  constructor(private readonly deps: WatchDeps) {}

  get watchers(): number {
    let all = 0
    for (const { watchers } of this.#capsules.values()) all += watchers.size
    return all
  }

  join(capsuleId: string, watcher: Watcher): void {
    if (this.#isClosed) return watcher.close(closing.restart)
    const known = this.#capsules.get(capsuleId)
    if (this.watchers >= limits.ownersPerNodeMax || (known?.watchers.size ?? 0) >= limits.ownersPerCapsuleMax) {
      return watcher.close(closing.crowded)
    }
    const told = this.#stateOf(capsuleId)
    if (known === undefined) this.#capsules.set(capsuleId, { watchers: new Set([watcher]), told })
    else known.watchers.add(watcher)
    watcher.send(`{"type":"hello","protocol":1,"heartbeatMs":${heartbeatMs},"state":${told}}`)
    this.#looking ??= setInterval(() => this.#look(), lookEveryMs)
    this.#beating ??= setInterval(() => this.#beat(), heartbeatMs)
  }

  leave(capsuleId: string, watcher: Watcher): void {
    const known = this.#capsules.get(capsuleId)
    known?.watchers.delete(watcher)
    if (known?.watchers.size === 0) this.#capsules.delete(capsuleId)
    if (this.#capsules.size === 0) this.#rest()
  }

  /** Told once it is confirmed, to whoever watches now. */
  lead(capsuleId: string, lead: Static<(typeof leadHot)['payload']>, atMs: number): void {
    const known = this.#capsules.get(capsuleId)
    if (known === undefined) return
    const text = JSON.stringify({ type: 'lead', at: atMs, ...lead })
    for (const watcher of known.watchers) watcher.send(text)
  }

  close(): void {
    this.#isClosed = true
    this.#rest()
    for (const { watchers } of [...this.#capsules.values()]) {
      for (const watcher of [...watchers]) watcher.close(closing.restart)
    }
  }

  #rest(): void {
    clearInterval(this.#looking)
    clearInterval(this.#beating)
    this.#looking = undefined
    this.#beating = undefined
  }

  #look(): void {
    for (const [capsuleId, known] of this.#capsules) {
      try {
        const state = this.#stateOf(capsuleId)
        if (state === known.told) continue
        known.told = state
        for (const watcher of known.watchers) watcher.send(`{"type":"state",${state.slice(1)}`)
      } catch (error) {
        this.deps.reportBug(error)
      }
    }
  }

  /** Says that the line stands, once whoever hears it still may. */
  #beat(): void {
    for (const { watchers } of this.#capsules.values()) {
      for (const watcher of watchers) {
        watcher
          .mayStay()
          .then(
            (may) => (may ? watcher.send('{"type":"heartbeat"}') : watcher.close(closing.forbidden)),
            this.deps.reportBug,
          )
      }
    }
  }

  #stateOf(capsuleId: string): string {
    const { visits, figures, db } = this.deps
    return db.read(organizationOf(capsuleId), (tx) =>
      JSON.stringify({
        ...visits.here(tx, capsuleId),
        funnel: { minutes: funnelMinutes, ...figures.lately(tx, capsuleId, funnelMinutes) },
      }),
    )
  }
}
