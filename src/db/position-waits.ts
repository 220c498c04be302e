import { comparePositions, type Position } from './position.ts'

/** Requests that may wait for data at once; more are told at once that it is not here. */
const waitsMax = 5_000

interface Wait {
  readonly position: Position
  done(reached: boolean): void
}

/** Who waits until this node's data has reached a position. */
export class PositionWaits {
  #waits: Wait[] = []

  wait(position: Position, withinMs: number): Promise<boolean> {
    if (this.#waits.length >= waitsMax) return Promise.resolve(false)
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waits = this.#waits.filter((each) => each !== wait)
        resolve(false)
      }, withinMs)
      const wait: Wait = {
        position,
        done: (reached) => {
          clearTimeout(late)
          resolve(reached)
        },
      }
      this.#waits.push(wait)
    })
  }

  reached(position: Position): void {
    if (this.#waits.length === 0) return
    const isOver = (wait: Wait) => comparePositions(wait.position, position) <= 0
    const over = this.#waits.filter(isOver)
    this.#waits = this.#waits.filter((wait) => !isOver(wait))
    for (const wait of over) wait.done(true)
  }
}
