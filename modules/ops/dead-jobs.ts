import { sql } from 'drizzle-orm'
import type { LocalDatabases } from '../../src/db/local.ts'
import { AppError } from '../../src/errors.ts'
import type { JobRunner } from '../../src/jobs/jobs.ts'
import { discardJob, reviveJob } from '../../src/jobs/operations.ts'
import type { DeadJob } from './state.ts'

const listMax = 50

/** Jobs that failed as often as they may: looked at, tried anew, or given up for good. */
export class DeadJobs {
  constructor(
    private readonly databases: LocalDatabases,
    private readonly jobs: Pick<JobRunner, 'wake'>,
  ) {}

  /** The latest of all databases. */
  list(): DeadJob[] {
    return this.databases.names
      .flatMap((database) =>
        this.databases
          .readFrom(database, (tx) =>
            tx.all<Omit<DeadJob, 'database'>>(sql`SELECT id, kind, attempt, coalesce(last_error, '') AS error,
              due_ms AS diedMs FROM job WHERE state = 'dead' ORDER BY due_ms DESC LIMIT ${listMax}`),
          )
          .map((job) => ({ database, ...job })),
      )
      .toSorted((a, b) => b.diedMs - a.diedMs)
      .slice(0, listMax)
  }

  /** @throws AppError not-found. */
  async revive(database: string, id: string): Promise<void> {
    this.#check(database)
    if (!(await this.databases.writeTo(database, reviveJob, { id }))) throw gone()
    this.jobs.wake()
  }

  /** @throws AppError not-found. */
  async discard(database: string, id: string): Promise<void> {
    this.#check(database)
    if (!(await this.databases.writeTo(database, discardJob, { id }))) throw gone()
  }

  #check(database: string): void {
    if (!this.databases.names.includes(database)) throw gone()
  }
}

function gone(): AppError {
  return new AppError('not-found', 'There is no such job among those given up.')
}
