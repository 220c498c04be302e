import type { ChangeLog } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { answerableBlock, type Capsules, type Documents, type Responses, type Totals } from '../capsule/index.ts'
import type { ShownQuestion, Sources, Stage } from './sources.ts'

export interface CapsuleSourcesDeps {
  readonly log: ChangeLog
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'version'>
  readonly responses: Pick<Responses, 'capsuleTotals'>
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

  stage(): Stage | null {
    return null
  }

  questions(): readonly ShownQuestion[] {
    return []
  }
}
