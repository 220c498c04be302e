import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

interface Entry {
  readonly bytes: number
  held: number
}

/** A file of the cache that stays until it is let go. */
export interface Held {
  readonly path: string
  readonly bytes: number
  [Symbol.dispose](): void
}

/**
 * A folder of files that can all be had again: bounded by bytes, the least recently used goes first. A file is written aside and
 * renamed; the same key is filled once at a time, whoever asks meanwhile waits for it.
 */
export class DiskCache {
  /** In order of use: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>()
  readonly #filling = new Map<string, Promise<void>>()
  readonly #ready: Promise<void>
  #bytes = 0
  readonly counts = { hits: 0, misses: 0, evictions: 0 }

  constructor(
    private readonly folder: string,
    private readonly bytesMax: number,
  ) {
    this.#ready = this.#scan()
  }

  get bytes(): number {
    return this.#bytes
  }

  async hold(key: string): Promise<Held | undefined> {
    await this.#ready
    return this.#hold(nameOf(key))
  }

  /** The file of this key; `write` makes it, at the path it is given, when it is not there. */
  async fill(key: string, write: (path: string) => Promise<void>): Promise<Held> {
    await this.#ready
    const name = nameOf(key)
    for (;;) {
      const held = this.#hold(name)
      if (held !== undefined) return held
      let filling = this.#filling.get(name)
      if (filling === undefined) {
        filling = this.#make(name, write).finally(() => this.#filling.delete(name))
        this.#filling.set(name, filling)
      }
      await filling
    }
  }

  /** Takes a file out whose bytes turned out to be gone. */
  forget(key: string): void {
    const name = nameOf(key)
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#bytes -= entry.bytes
  }

  #hold(name: string): Held | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    this.counts.hits++
    entry.held++
    let released = false
    return {
      path: this.#path(name),
      bytes: entry.bytes,
      [Symbol.dispose]: () => {
        if (released) return
        released = true
        entry.held--
      },
    }
  }

  async #make(name: string, write: (path: string) => Promise<void>): Promise<void> {
    this.counts.misses++
    const path = this.#path(name)
    const aside = join(this.folder, `new-${crypto.randomUUID()}`)
    await mkdir(join(this.folder, name.slice(0, 2)), { recursive: true, mode: 0o700 })
    try {
      await write(aside)
      const { size } = await stat(aside)
      await rename(aside, path)
      this.#entries.set(name, { bytes: size, held: 0 })
      this.#bytes += size
    } catch (error) {
      await rm(aside, { force: true })
      throw error
    }
    await this.#evict(name)
  }

  /** What is held, and what was made just now, stays even when it is too much. */
  async #evict(spared: string): Promise<void> {
    for (const [name, entry] of this.#entries) {
      if (this.#bytes <= this.bytesMax) return
      if (entry.held > 0 || name === spared) continue
      this.counts.evictions++
      this.#entries.delete(name)
      this.#bytes -= entry.bytes
      await rm(this.#path(name), { force: true })
    }
  }

  /** What an earlier process left, the longest unused first as far as the files' times tell. */
  async #scan(): Promise<void> {
    const found: { name: string; bytes: number; usedMs: number }[] = []
    for (const shard of await readdir(this.folder).catch(() => [])) {
      if (shard.startsWith('new-')) await rm(join(this.folder, shard), { force: true })
      if (!/^[0-9a-f]{2}$/.test(shard)) continue
      for (const name of await readdir(join(this.folder, shard))) {
        const { size, mtimeMs } = await stat(join(this.folder, shard, name))
        found.push({ name, bytes: size, usedMs: mtimeMs })
      }
    }
    for (const { name, bytes } of found.toSorted((a, b) => a.usedMs - b.usedMs)) {
      this.#entries.set(name, { bytes, held: 0 })
      this.#bytes += bytes
    }
    await this.#evict('')
  }

  #path(name: string): string {
    return join(this.folder, name.slice(0, 2), name)
  }
}

function nameOf(key: string): string {
  return new Bun.CryptoHasher('sha256').update(key).digest('hex').slice(0, 40)
}
