import { eq } from 'drizzle-orm'
import type { Databases } from '../db/database.ts'
import { newGlobalId } from '../db/ids.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Carrier, Letter, Mailer } from './mailer.ts'
import { deliverLetter, discardLetter, postLetter } from './operations.ts'
import { letter } from './schema.ts'

export interface PostOfficeOptions {
  readonly databases: Databases
  readonly jobs: Jobs
  readonly carrier: Carrier
}

/**
 * Letters are rows until they are delivered, so that none is lost when the process ends or the mail server is away. A
 * letter may arrive twice (the process ends between the delivery and the discard), never silently not at all.
 */
export class PostOffice implements Mailer {
  constructor(private readonly options: PostOfficeOptions) {
    options.jobs.handle(deliverLetter, ({ id }, { attempt }) => this.#deliver(id, attempt))
  }

  async send({ to, subject, text }: Letter, key?: string): Promise<void> {
    const input = { id: newGlobalId('let'), to, subject, text }
    await this.options.databases.write(postLetter, null, input, key === undefined ? {} : { operationId: key })
  }

  async #deliver(id: string, attempt: number): Promise<void> {
    const { databases, carrier } = this.options
    const row = databases.readDirectory((tx) => tx.select().from(letter).where(eq(letter.id, id)).get())
    if (row === undefined) return
    const { recipient: to, subject, text, writtenMs } = row
    try {
      await carrier.deliver({ id, to, subject, text, writtenMs })
    } catch (error) {
      if (attempt >= deliverLetter.attemptsMax) await databases.write(discardLetter, null, { id })
      throw error
    }
    await databases.write(discardLetter, null, { id })
  }
}
