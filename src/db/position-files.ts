import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type LtxPosition, parseLtxPosition } from './position.ts'

const bytesMax = 64

/**
 * LiteFS shows where a database stands as a file beside it. Read by its name that takes six calls of LiteFS, which is a tenth of a
 * commit; from a file that stays open it takes one. Directly, because the kernel keeps what it read of an open file, and this one
 * changes without being written.
 */
export class PositionFiles {
  readonly #open = new Map<string, number>()
  readonly #bytes = Buffer.alloc(bytesMax)

  constructor(private readonly folder: string) {}

  /** @throws Error when LiteFS cannot say. */
  read(name: string): LtxPosition {
    const path = join(this.folder, `${name}.db-pos`)
    return parseLtxPosition(this.#readOpen(name, path) ?? readFileSync(path, 'latin1'))
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file)
    this.#open.clear()
  }

  /** undefined: it cannot be read so. Of a LiteFS that is gone nothing can; a new one shows a new file. */
  #readOpen(name: string, path: string): string | undefined {
    let file = this.#open.get(name)
    try {
      file ??= openSync(path, constants.O_RDONLY | constants.O_DIRECT)
      this.#open.set(name, file)
      return this.#bytes.toString('latin1', 0, readSync(file, this.#bytes, 0, bytesMax, 0))
    } catch {
      if (file !== undefined) closeSync(file)
      this.#open.delete(name)
      return undefined
    }
  }
}
