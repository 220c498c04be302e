import type { Changes } from '../../../src/db/database.ts'
import { AppError } from '../../../src/errors.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'

/** Requests that wait until more of a film stands: woken by the change that says so, and by nothing else. */
export class FilmWatch {
  readonly #waiting = new Map<string, Set<() => void>>()
  #count = 0
  #isClosed = false

  constructor(changes: Pick<Changes, 'onApplied' | 'onReset'>) {
    changes.onApplied(assetChanged, ({ subject }) => this.#wake(subject))
    changes.onReset(() => this.#wakeAll())
  }

  /**
   * Resolves as soon as `isSo`, looked at now and after each change of the asset; or when the time is over, the signal aborts, or the
   * server is about to end. @throws AppError unavailable when too many wait, and what `isSo` throws.
   */
  async until(assetId: string, isSo: () => boolean, msMax: number, signal: AbortSignal): Promise<void> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(msMax)])
    while (!isSo() && !late.aborted && !this.#isClosed) {
      if (this.#count >= limits.filmWaitsMax) {
        throw new AppError('unavailable', 'Too many requests wait for films. Ask again in a moment.', {
          retryAfterS: 2,
        })
      }
      await this.#change(assetId, late)
    }
  }

  /** Whoever waits is answered with what there is. */
  close(): void {
    this.#isClosed = true
    this.#wakeAll()
  }

  async #change(assetId: string, late: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(assetId) ?? new Set()
    this.#waiting.set(assetId, waiting.add(resolve))
    late.addEventListener('abort', () => resolve(), { once: true })
    this.#count++
    try {
      await promise
    } finally {
      this.#count--
      waiting.delete(resolve)
      if (waiting.size === 0 && this.#waiting.get(assetId) === waiting) this.#waiting.delete(assetId)
    }
  }

  #wake(assetId: string): void {
    for (const resolve of this.#waiting.get(assetId) ?? []) resolve()
  }

  #wakeAll(): void {
    for (const assetId of this.#waiting.keys()) this.#wake(assetId)
  }
}
