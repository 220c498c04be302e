import { prune } from './kernel-operations.ts'
import type { LocalDatabases } from './local.ts'

const everyMs = 600_000
/** Rows a slice: about a millisecond of the writer's time. */
const rowsMax = 500

/** Prunes what no longer has to be kept, slice by slice. Only the primary does so. */
export class Retention {
  readonly #timer: ReturnType<typeof setInterval>

  constructor(
    private readonly databases: LocalDatabases,
    private readonly reportBug: (error: unknown) => void,
  ) {
    this.#timer = setInterval(() => this.sweep().catch(this.reportBug), everyMs)
    this.#timer.unref()
  }

  async sweep(): Promise<void> {
    if (!this.databases.isPrimary) return
    for (const database of this.databases.names) {
      while ((await this.databases.writeTo(database, prune, { rowsMax })) >= rowsMax);
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
