import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { GuardRecord } from '../cluster/steps.ts'

const schema = Type.Object({ promised: Type.Integer({ minimum: 0 }), member: Type.Boolean() })

/** G1: the guard's record, in LiteFS' data folder, so that it is wiped with the data and never without. */
export class RecordFile {
  readonly #path: string

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, 'guard.json')
  }

  /** null when there is none. @throws Error with one line when it cannot be understood: then nobody may guess. */
  read(): GuardRecord | null {
    const text = readIfThere(this.#path)
    if (text === undefined) return null
    const record = understood(text)
    if (Value.Check(schema, record)) return record
    throw new Error(`${this.#path} is damaged. Empty this node's volume: it becomes a member again through the others.`)
  }

  /** Resolves to nothing until it is on the disk. @throws Error when it cannot be written. */
  write(record: GuardRecord): void {
    replaceDurably(this.#path, JSON.stringify(record))
  }
}

/** Writes beside it, syncs, renames, syncs the folder: after a crash there is the old text or the new. */
export function replaceDurably(path: string, text: string): void {
  const aside = `${path}.new`
  const file = openSync(aside, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(aside, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** What a JSON file holds; undefined when it is none. */
export function understood(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
