import type { TemplateDocument } from '../../templates/index.ts'

/** A capsule of the demo, and the answers that its visitors have given already. */
export interface DemoCapsule {
  /** Finds it again: it never changes. */
  readonly slug: string
  readonly title: string
  readonly document: TemplateDocument
  readonly answers: readonly GivenAnswers[]
}

export interface GivenAnswers {
  /** The id of the block that was answered. */
  readonly block: string
  /** Each value and how many visitors gave it. */
  readonly values: readonly (readonly [value: unknown, visitors: number])[]
}
