import { mkdirSync } from 'node:fs'
import { LRUCache } from 'lru-cache'
import type { Entry } from './entry.ts'
import { PageFiles } from './page-files.ts'
import { PageJournal, type Stored } from './page-journal.ts'
import type { PageStore } from './pages.ts'
import type { Marks, Provenance } from './provenance.ts'
import { everything, isAt, pathOfTag, TagClock, TagIndex, tagsOfKey } from './tags.ts'

export interface PageDiskOptions {
  readonly folder: string
  readonly bytesMax: number
  /** Of the code that renders: pages of another one are thrown away. */
  readonly generation: string
  readonly provenance: Pick<Provenance, 'now' | 'since'>
}

/** Pages that wait to be written; past it they are simply not kept. */
const writesMax = 1_000
const writesAtOnce = 2
/** Room is looked for once in so many writes. */
const writesPerLook = 256
/** The index is written anew when it has so many lines for each page. */
const linesPerPage = 3
const linesMin = 10_000

/**
 * Rendered pages on the node's disk, behind those in memory: bounded, files named by their hash. What the change log evicts is
 * forgotten here as it is there. After a restart a page is taken only when the change log proves that nothing evicted it
 * meanwhile; until that is proven, nothing is taken. The disk may fail as it likes: then pages are rendered.
 */
export class PageDisk implements PageStore {
  readonly #kept: LRUCache<string, Stored>
  readonly #index = new TagIndex()
  readonly #clock = new TagClock()
  readonly #files: PageFiles
  readonly #journal: PageJournal
  readonly #waiting: { entry: Entry; marks: Marks; since: number }[] = []
  #writing = 0
  #writes = 0
  #hasRoom = true
  #removing: Promise<void> = Promise.resolve()
  #idle: (() => void)[] = []
  #isClosed = false

  constructor(private readonly options: PageDiskOptions) {
    mkdirSync(options.folder, { recursive: true })
    this.#files = new PageFiles(options.folder)
    this.#journal = new PageJournal(options.folder)
    this.#kept = new LRUCache({
      maxSize: options.bytesMax,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: (stored, key, reason) => {
        this.#index.remove(key, stored.tags)
        if (reason !== 'set') this.#journal.remove(key)
        this.#removing = this.#removing.then(() => this.#files.remove(stored.file))
      },
    })
  }

  get bytes(): number {
    return this.#kept.calculatedSize
  }

  get size(): number {
    return this.#kept.size
  }

  has(key: string): boolean {
    return this.#kept.has(key)
  }

  async read(key: string): Promise<Entry | undefined> {
    const stored = this.#kept.get(key)
    if (stored === undefined) return undefined
    const entry = await this.#files.read(stored.file).catch(() => undefined)
    if (entry?.key === key) return entry
    if (this.#kept.peek(key) === stored) this.#kept.delete(key)
    return undefined
  }

  keep(entry: Entry): void {
    if (entry.onDisk || entry.status !== 200 || this.#isClosed) return
    if (!this.#hasRoom && this.#writes++ % writesPerLook !== 0) return
    if (this.#waiting.length >= writesMax) return
    this.#waiting.push({ entry, marks: this.options.provenance.now(), since: this.#clock.now })
    this.#next()
  }

  evictTag(tag: string): void {
    this.#clock.evict(tag)
    const path = pathOfTag(tag)
    if (tag === everything) this.clear()
    const keys = path === undefined ? this.#index.keysOf(tag) : [...this.#kept.keys()].filter((key) => isAt(key, path))
    for (const key of keys) this.#kept.delete(key)
  }

  clear(): void {
    this.#clock.evictAll()
    this.#kept.clear()
  }

  /** Takes over what a process before this one left and can be proven to stand. Never throws. */
  async restore(): Promise<void> {
    const { generation, provenance } = this.options
    const since = this.#clock.now
    const found = await this.#files.names()
    const before = await this.#journal.read(generation).catch(() => undefined)
    if (before !== undefined) await this.#takeOver(before, since)
    await this.#journal.rewrite(generation, provenance.now(), this.#kept.entries())
    await this.idle()
    const known = new Set([...this.#kept.values()].map(({ file }) => file))
    for (const file of found) if (!known.has(file)) await this.#files.remove(file)
  }

  /** Resolves when nothing waits to be written or removed. */
  async idle(): Promise<void> {
    if (this.#writing > 0 || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    await this.#removing
    await this.#journal.flush()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.idle()
  }

  async #takeOver(before: ReadonlyMap<string, Stored>, since: number): Promise<void> {
    const marks = [...new Set([...before.values()].map((one) => one.marks))]
    const [oldest, newest] = [marks.at(0), marks.at(-1)]
    if (oldest === undefined || newest === undefined) return
    const stands = await this.options.provenance.since(lowest(marks), newest)
    if (stands === undefined) return
    for (const [key, stored] of before) {
      const tags = [...stored.tags, ...tagsOfKey(key)]
      if (this.#kept.has(key) || !stands(tags, stored.marks) || !this.#clock.stands(tags, since)) continue
      this.#put(key, stored)
    }
  }

  #put(key: string, stored: Stored): void {
    this.#kept.set(key, stored)
    if (this.#kept.peek(key) === stored) this.#index.add(key, stored.tags)
  }

  #next(): void {
    while (this.#writing < writesAtOnce) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#writing++
      void this.#write(next.entry, next.marks, next.since)
        .catch(() => {
          this.#hasRoom = false
        })
        .then(() => {
          this.#writing--
          this.#next()
        })
    }
    if (this.#writing === 0 && this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #write(entry: Entry, marks: Marks, since: number): Promise<void> {
    if (this.#writes++ % writesPerLook === 0) this.#hasRoom = await this.#files.hasRoom()
    const stands = () => this.#clock.stands([...entry.tags, ...tagsOfKey(entry.key)], since)
    if (!this.#hasRoom || !stands()) return
    const { file, bytes } = await this.#files.write(entry)
    if (!stands()) return this.#files.remove(file)
    if (this.#kept.peek(entry.key)?.file === file) return
    const stored: Stored = { file, bytes, tags: entry.tags, marks }
    this.#put(entry.key, stored)
    this.#journal.add(entry.key, stored)
    entry.onDisk = true
    if (this.#journal.lines > linesMin + linesPerPage * this.#kept.size) this.#rewrite()
  }

  /** What is kept stands now: whatever was evicted is no longer among it. */
  #rewrite(): void {
    const { generation, provenance } = this.options
    void this.#journal.rewrite(generation, provenance.now(), this.#kept.entries())
  }
}

/** Of each database the lowest row: whatever is asked for is asked after it. */
function lowest(marks: readonly Marks[]): Marks {
  const all: Record<string, Marks[string]> = {}
  for (const one of marks) {
    for (const [database, mark] of Object.entries(one)) {
      const known = all[database]
      if (known === undefined || mark.row < known.row) all[database] = mark
    }
  }
  return all
}
