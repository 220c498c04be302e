import { existsSync, readFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { KeptHistory } from './history.ts'

const natural = Type.Integer({ minimum: 0 })
const form = Type.Record(
  Type.String(),
  Type.Object({
    firstSlot: Type.Integer({ minimum: -1 }),
    slots: Type.Array(Type.Tuple([natural, Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })])),
  }),
)

type Kept = Readonly<Record<string, KeptHistory>>

/**
 * The histories of the objectives between two processes: a budget that was spent before a restart is spent after it. A node's own,
 * so a file beside its databases. It is a help and no more: one that is broken or cannot be written stops nothing.
 */
export class HistoryFile {
  #writing: Promise<void> = Promise.resolve()

  constructor(
    private readonly path: string,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  read(): Kept {
    try {
      if (!existsSync(this.path)) return {}
      const kept: unknown = JSON.parse(readFileSync(this.path, 'utf8'))
      if (Value.Check(form, kept)) return kept
      throw new Error('It has another form.')
    } catch (err) {
      this.log.warn({ err, path: this.path }, 'the history of the objectives cannot be read; it begins anew')
      return {}
    }
  }

  write(kept: Kept): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await Bun.write(`${this.path}.new`, JSON.stringify(kept))
        await rename(`${this.path}.new`, this.path)
      } catch (err) {
        this.log.warn({ err, path: this.path }, 'the history of the objectives could not be kept')
      }
    })
    return this.#writing
  }
}
