import { eq, sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError, type Fault } from '../../src/errors.ts'
import { answerableBlock, type CapsuleDocument } from '../capsule/index.ts'
import { moveStage } from './operations.ts'
import { liveStage } from './schema.ts'
import type { Stage } from './sources.ts'

const stageOf = statement((tx) =>
  tx
    .select({ page: liveStage.page, closed: liveStage.closed })
    .from(liveStage)
    .where(eq(liveStage.capsuleId, sql.placeholder('capsuleId')))
    .prepare(),
)

/** Where presenters are (R30). */
export class Stages {
  constructor(private readonly db: Pick<Databases, 'read' | 'write'>) {}

  /** null: nobody presents. */
  of(capsuleId: string): Stage | null {
    const row = this.db.read(organizationOf(capsuleId), (tx) => stageOf(tx).get({ capsuleId }))
    return row === undefined ? null : { page: row.page, closed: JSON.parse(row.closed) as string[] }
  }

  isClosed(capsuleId: string, block: string): boolean {
    return this.of(capsuleId)?.closed.includes(block) ?? false
  }

  /**
   * @param document what visitors see: the stage can only be on a page that they have.
   * @throws AppError invalid with the faults' places.
   */
  async move(capsuleId: string, stage: Stage, document: CapsuleDocument): Promise<void> {
    const faults: Fault[] = []
    if (!document.pages.some((page) => page.id === stage.page)) {
      faults.push({ pointer: '/page', message: 'is no page of the published version' })
    }
    for (const [at, block] of stage.closed.entries()) {
      if (answerableBlock(document, block) === undefined) {
        faults.push({ pointer: `/closed/${at}`, message: 'is no block that takes answers' })
      }
    }
    if (faults.length > 0)
      throw new AppError('invalid', `The stage is not valid: ${faults[0]?.pointer} ${faults[0]?.message}.`, { faults })
    await this.db.write(moveStage, organizationOf(capsuleId), {
      capsuleId,
      stage: { ...stage, closed: [...stage.closed] },
    })
  }

  async end(capsuleId: string): Promise<void> {
    await this.db.write(moveStage, organizationOf(capsuleId), { capsuleId, stage: null })
  }
}
