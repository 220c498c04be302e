import type { ChangeLog } from '../../src/db/database.ts'
import type { Totals } from '../capsule/index.ts'

/** Where the presenter is. */
export interface Stage {
  readonly page: string
  /** Blocks that take no answers now. */
  readonly closed: readonly string[]
}

export interface ShownQuestion {
  readonly id: string
  readonly text: string
  readonly votes: number
  readonly answered: boolean
}

/** What an audience is told of its capsule: read a few times a second at most, however many are in it. */
export interface Sources {
  readonly log: ChangeLog
  /** The version that visitors see; undefined: they see none. */
  version(capsuleId: string): number | undefined
  /** Of the blocks whose totals are for everybody (R14). */
  totals(capsuleId: string, version: number): Readonly<Record<string, Totals>>
  stage(capsuleId: string): Stage | null
  questions(capsuleId: string): readonly ShownQuestion[]
}
