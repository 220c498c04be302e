import { AppError, type Fault } from '../../../src/errors.ts'

const faultsMax = 20

/** Collects what is wrong with a document, each with its place. */
export class Faults {
  readonly #list: Fault[] = []

  /** `place`: where in the body the document stands. */
  constructor(private readonly place = '') {}

  add(pointer: string, message: string): void {
    if (this.#list.length < faultsMax) this.#list.push({ pointer: this.place + pointer, message })
  }

  get any(): boolean {
    return this.#list.length > 0
  }

  /** @throws AppError invalid with the first twenty faults, the first one in its words too. */
  throwIfAny(subject: string): void {
    const [first] = this.#list
    if (first === undefined) return
    throw new AppError('invalid', `${subject} is not valid. ${first.pointer || '/'}: ${first.message}`, {
      faults: this.#list,
    })
  }
}

/** A step of a JSON pointer (RFC 6901). */
export function step(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
