import type { ChangeLog } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { answerableBlock, type Capsules, type Documents, type Responses, type Totals } from '../capsule/index.ts'
import type { Questions } from './questions.ts'
import type { ShownQuestion, Sources, Stage } from './sources.ts'
import type { Stages } from './stages.ts'

export interface CapsuleSourcesDeps {
  readonly log: ChangeLog
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'version'>
  readonly responses: Pick<Responses, 'capsuleTotals'>
  readonly stages: Stages
  readonly questions: Questions
}

/** What audiences are told, read from where it is kept. */
export class CapsuleSources implements Sources {
  readonly log: ChangeLog

  constructor(private readonly deps: CapsuleSourcesDeps) {
    this.log = deps.log
  }

  version(capsuleId: string): number | undefined {
    try {
      const row = this.deps.capsules.get(organizationOf(capsuleId), capsuleId)
      return row.state === 'published' ? (row.publishedVersion ?? undefined) : undefined
    } catch (error) {
      if (error instanceof AppError) return undefined
      throw error
    }
  }

  totals(capsuleId: string, version: number): Readonly<Record<string, Totals>> {
    const document = this.deps.documents.version(capsuleId, version)
    if (document === undefined) return {}
    const all = [...this.deps.responses.capsuleTotals(capsuleId)]
    return Object.fromEntries(
      all.filter(([block]) => {
        const type = answerableBlock(document, block)?.type
        return type === 'poll' || type === 'quiz'
      }),
    )
  }

  stage(capsuleId: string): Stage | null {
    return this.deps.stages.of(capsuleId)
  }

  questions(capsuleId: string): readonly ShownQuestion[] {
    return this.deps.questions.shown(capsuleId)
  }

  /** Whether visitors may ask, by the owner's choice. */
  takesQuestions(capsuleId: string): boolean {
    const version = this.version(capsuleId)
    const document = version === undefined ? undefined : this.deps.documents.version(capsuleId, version)
    return document?.settings?.live?.questions === true
  }
}
