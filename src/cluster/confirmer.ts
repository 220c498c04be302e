import type { Confirmation } from '../db/confirmation.ts'
import { comparePositions, type Position } from '../db/position.ts'
import { AppError } from '../errors.ts'
import { limits } from './limits.ts'

/** Acknowledgements that may wait. The queue of writes is shorter, so this bounds nothing but a mistake. */
export const waitersMax = 50_000

interface Waiter {
  readonly position: Position
  readonly untilMs: number
  resolve(): void
  reject(error: AppError): void
}

type State =
  /** This node is not the primary, or not yet. */
  | { readonly name: 'closed' }
  /** The writer works under the epoch; nothing of it is confirmed yet, and so nothing that came before (G20). */
  | { readonly name: 'opening'; readonly epoch: number }
  | { readonly name: 'open'; readonly epoch: number; readonly confirmed: Position }

/**
 * Where the server's acknowledgements wait for the guard's word (G25). The guard says `open`, then what is confirmed, and
 * `stop` when the epoch is over; without its word nothing is acknowledged.
 */
export class Confirmer implements Confirmation {
  #state: State = { name: 'closed' }
  #waiters: Waiter[] = []

  constructor(
    private readonly nowMs: () => number,
    private readonly timeoutMs: number = limits.confirmMaxMs,
  ) {}

  /** Everything up to here can no longer be lost; null while nothing is known to be. */
  get confirmed(): Position | null {
    return this.#state.name === 'open' ? this.#state.confirmed : null
  }

  wait(commit: Position): Promise<void> | undefined {
    const state = this.#state
    if (state.name === 'open' && comparePositions(commit, state.confirmed) <= 0) return undefined
    if (state.name === 'closed' || commit.epoch > state.epoch) return Promise.reject(notConfirmed(noPrimary))
    if (this.#waiters.length >= waitersMax) return Promise.reject(notConfirmed(tooMany))
    const untilMs = this.nowMs() + this.timeoutMs
    return new Promise((resolve, reject) => this.#waiters.push({ position: commit, untilMs, resolve, reject }))
  }

  /** The writer begins to work under this epoch. What still waits is of an older one, and fails. */
  open(epoch: number): void {
    this.stop('The node began a new epoch.')
    this.#state = { name: 'opening', epoch }
  }

  /** The guard's word. One of another epoch is late, and ignored. */
  advance(confirmed: Position): void {
    const state = this.#state
    if (state.name === 'closed' || state.epoch !== confirmed.epoch) return
    if (state.name === 'open' && comparePositions(confirmed, state.confirmed) <= 0) return
    this.#state = { name: 'open', epoch: state.epoch, confirmed }
    this.#end(
      ({ position }) => comparePositions(position, confirmed) <= 0,
      (waiter) => waiter.resolve(),
    )
  }

  /** This node is no longer the primary: nothing more is acknowledged. */
  stop(reason: string): void {
    this.#state = { name: 'closed' }
    const error = notConfirmed(reason)
    this.#end(
      () => true,
      (waiter) => waiter.reject(error),
    )
  }

  /** Fails what has waited too long; to be called a few times a second. */
  sweep(): void {
    const nowMs = this.nowMs()
    this.#end(
      ({ untilMs }) => untilMs <= nowMs,
      (waiter) => waiter.reject(notConfirmed('It was not confirmed in time.')),
    )
  }

  #end(isOver: (waiter: Waiter) => boolean, end: (waiter: Waiter) => void): void {
    const over = this.#waiters.filter(isOver)
    if (over.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => !isOver(waiter))
    for (const waiter of over) end(waiter)
  }
}

const noPrimary = 'This node is not the primary any more.'
const tooMany = `More than ${waitersMax} writes wait for their confirmation.`

function notConfirmed(why: string): AppError {
  return new AppError('not-confirmed', `${why} Whether this was stored is not known: retry it with the same key.`, {
    retryAfterS: 1,
  })
}
