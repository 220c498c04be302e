import { eq, sql } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { statement } from '../../src/db/operation.ts'
import { AppError, type Fault } from '../../src/errors.ts'
import { answerableBlock, type CapsuleDocument } from '../capsule/index.ts'
import { stageChanged } from './events.ts'
import { moveStage } from './operations.ts'
import { liveStage } from './schema.ts'
import type { Stage } from './sources.ts'

const cachedMax = 10_000

const stageOf = statement((tx) =>
  tx
    .select({ page: liveStage.page, closed: liveStage.closed })
    .from(liveStage)
    .where(eq(liveStage.capsuleId, sql.placeholder('capsuleId')))
    .prepare(),
)

/** Where presenters are (R30). */
export class Stages {
  readonly #known: ValueCache<{ readonly stage: Stage | null }>

  constructor(private readonly db: Pick<Databases, 'read' | 'write' | 'changes'>) {
    this.#known = new ValueCache<{ readonly stage: Stage | null }>(db.changes, { entriesMax: cachedMax }).on(
      stageChanged,
      ({ subject }) => [subject],
    )
  }

  /** null: nobody presents. Asked with every answer. */
  of(capsuleId: string): Stage | null {
    return this.#known.getOrMake(capsuleId, [capsuleId], () => ({ stage: this.#read(capsuleId) })).stage
  }

  #read(capsuleId: string): Stage | null {
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
