import { createReadStream } from 'node:fs'
import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Marks } from './provenance.ts'

/** A page on the disk, as the index knows it. */
export interface Stored {
  readonly file: string
  readonly bytes: number
  readonly tags: readonly string[]
  /** How far the change logs were read when it was known to stand. */
  readonly marks: Marks
}

type Line =
  | { readonly generation: string }
  | { readonly marks: Marks }
  | { readonly key: string; readonly file: string; readonly bytes: number; readonly tags: readonly string[] }
  | { readonly gone: string }

/** Lines that are read or written between two turns of the event loop. */
const linesAtOnce = 2_000
const flushMs = 1_000

/**
 * The index of the pages on the disk as it survives a restart: one line a page, behind the marks at which it stood. It is
 * appended to once a second; what a crash cuts off is a page rendered again.
 */
export class PageJournal {
  readonly #path: string
  #buffer: string[] = []
  #marks: Marks | undefined
  #writing: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined
  lines = 0

  constructor(folder: string) {
    this.#path = join(folder, 'index')
  }

  /** Undefined when there is none, or it is of another generation: other code may render otherwise. */
  async read(generation: string): Promise<Map<string, Stored> | undefined> {
    const stored = new Map<string, Stored>()
    let marks: Marks = {}
    let count = 0
    const input = createReadStream(this.#path)
    try {
      for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        const line = parsed(text)
        if (count++ === 0 && (line === undefined || !('generation' in line) || line.generation !== generation)) return
        if (line === undefined) continue
        if ('marks' in line) marks = line.marks
        else if ('gone' in line) stored.delete(line.gone)
        else if ('key' in line) stored.set(line.key, { file: line.file, bytes: line.bytes, tags: line.tags, marks })
        if (count % linesAtOnce === 0) await turn()
      }
    } catch {
      return undefined
    } finally {
      input.destroy()
    }
    return count === 0 ? undefined : stored
  }

  add(key: string, { file, bytes, tags, marks }: Stored): void {
    if (!isSame(this.#marks, marks)) {
      this.#marks = marks
      this.#append({ marks })
    }
    this.#append({ key, file, bytes, tags })
  }

  remove(key: string): void {
    this.#append({ gone: key })
  }

  /** Writes the index anew: these pages, all of them known to stand at these marks. */
  rewrite(generation: string, marks: Marks, stored: Iterable<readonly [string, Stored]>): Promise<void> {
    this.#buffer = []
    this.#marks = marks
    const next = `${this.#path}.new`
    const all = [...stored]
    this.lines = all.length
    this.#writing = this.#writing.then(async () => {
      await writeFile(next, `${JSON.stringify({ generation })}\n${JSON.stringify({ marks })}\n`)
      for (let at = 0; at < all.length; at += linesAtOnce) {
        const lines = all
          .slice(at, at + linesAtOnce)
          .map(([key, { file, bytes, tags }]) => `${JSON.stringify({ key, file, bytes, tags })}\n`)
        await appendFile(next, lines.join(''))
        await turn()
      }
      await rename(next, this.#path)
    })
    this.#writing = this.#writing.catch(() => {})
    return this.#writing
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lines = this.#buffer
    this.#buffer = []
    if (lines.length > 0)
      this.#writing = this.#writing.then(() => appendFile(this.#path, lines.join(''))).catch(() => {})
    await this.#writing
  }

  #append(line: Line): void {
    this.lines++
    this.#buffer.push(`${JSON.stringify(line)}\n`)
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => void this.flush(), flushMs)
    this.#timer.unref()
  }
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

function isSame(one: Marks | undefined, other: Marks): boolean {
  if (one === other) return true
  return one !== undefined && Object.keys(other).every((name) => one[name]?.row === other[name]?.row)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
