import type { Database } from 'bun:sqlite'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { readLastCommit } from './commits.ts'
import { openForReading } from './connection.ts'
import type { Tx } from './operation.ts'
import { later, type Position } from './position.ts'
import type { Reader } from './reader.ts'

/** A held read keeps LiteFS from applying what arrives, and with it the news that something did. */
const holdMaxMs = 5
/** Where this process writes nothing arrives, and each commit ends the hold. This bounds how long a hold may delay the lease's passing on. */
const writerHoldMaxMs = 25
/** After a hold nobody holds for so long, so that what waits is applied. */
const gapMs = 1
/**
 * LiteFS that finds a hold tries again after 1 ms, after 3, 6, 7, 13, 20, and ever less often: one that misses the gaps for a while is
 * late by a tenth of a second. So who knows that something comes makes room for the first two tries.
 */
const comingMs = 4

interface Source {
  readonly sqlite: Database
  readonly tx: Tx
  readonly begin: () => void
  readonly end: () => void
  state: { readonly name: 'free' } | { readonly name: 'held' } | Gap
  depth: number
}

interface Gap {
  readonly name: 'gap'
}

/**
 * Reads on LiteFS: they share short snapshots. Inside of a gap each read is a transaction of its own, which costs some hundred
 * times more and lets LiteFS in. Where this process writes, nothing arrives, and there are no gaps.
 */
export class HeldReader implements Reader {
  readonly #sources = new Map<string, Source>()
  #seen: Position | undefined

  /** `onOpen` is given each connection as it is opened: to measure what runs on it. */
  constructor(
    private readonly pathOf: (database: string) => string,
    /** Whether this process has the writer. */
    private readonly isWriting: () => boolean,
    private readonly onOpen?: (sqlite: Database, database: string) => void,
  ) {}

  /** A commit is seen before its notice is heard, so each snapshot is asked for its newest. */
  get seen(): Position | undefined {
    return this.#seen
  }

  read<T>(database: string, work: (tx: Tx) => T): T {
    const source = this.#sources.get(database) ?? this.#open(database)
    if (source.state.name === 'held' || source.depth > 0) return this.#within(source, work)
    source.begin()
    if (this.isWriting()) this.#note(source)
    if (source.state.name === 'free') {
      this.#hold(source)
      return this.#within(source, work)
    }
    try {
      return this.#within(source, work)
    } finally {
      source.end()
    }
  }

  roll(database: string): void {
    const source = this.#sources.get(database)
    if (source === undefined) return
    if (source.state.name === 'held') source.end()
    source.state = { name: 'free' }
  }

  /** Something is about to be applied, in whatever database: nobody holds until it is (`roll`), or for a moment. */
  letIn(): void {
    for (const source of this.#sources.values()) {
      if (source.state.name === 'held') source.end()
      this.#leave(source, comingMs)
    }
  }

  close(): void {
    for (const [database, source] of this.#sources) {
      this.roll(database)
      source.sqlite.close()
    }
    this.#sources.clear()
  }

  #within<T>(source: Source, work: (tx: Tx) => T): T {
    source.depth++
    try {
      return work(source.tx)
    } finally {
      source.depth--
    }
  }

  #hold(source: Source): void {
    const held = { name: 'held' } as const
    source.state = held
    const maxMs = this.isWriting() ? writerHoldMaxMs : holdMaxMs
    setTimeout(() => {
      if (source.state !== held) return
      source.end()
      if (this.isWriting()) source.state = { name: 'free' }
      else this.#leave(source, gapMs)
    }, maxMs)
  }

  /** A transaction that nobody holds yet must not outlive a fault: every later read would begin within it. */
  #note(source: Source): void {
    let newest: Position | null
    try {
      newest = readLastCommit(source.sqlite)
    } catch (error) {
      source.end()
      throw error
    }
    if (newest === null) return
    const { epoch, number } = newest
    this.#seen = later(this.#seen ?? { epoch, number }, { epoch, number })
  }

  #leave(source: Source, ms: number): void {
    const gap: Gap = { name: 'gap' }
    source.state = gap
    setTimeout(() => {
      if (source.state === gap) source.state = { name: 'free' }
    }, ms)
  }

  #open(database: string): Source {
    const sqlite = openForReading(this.pathOf(database))
    this.onOpen?.(sqlite, database)
    const begin = sqlite.query('BEGIN')
    const end = sqlite.query('COMMIT')
    const source: Source = {
      sqlite,
      tx: drizzle(sqlite),
      begin: () => void begin.run(),
      end: () => {
        if (sqlite.inTransaction) end.run()
      },
      state: { name: 'free' },
      depth: 0,
    }
    this.#sources.set(database, source)
    return source
  }
}
