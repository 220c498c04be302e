import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Encoding } from '../http/encoding.ts'
import type { Bytes } from './compression.ts'
import type { Entry } from './entry.ts'
import type { Kind } from './rules.ts'

/** What stands in a file before the body, as one line of JSON. */
interface Head {
  readonly key: string
  readonly kind: Kind
  readonly tags: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly hash: string
  readonly freshUntilMs: number
  readonly plainBytes: number
  readonly encoding: Encoding
}

/** A file takes whole blocks. */
const blockBytes = 4_096
/** So much of the disk is left to the data, whatever the cache may take. */
const freeBytesMin = 512 * 1_048_576
const freeShareMin = 0.2
const folderName = /^[\w-]{2}$/
const newLine = 10

/** A page as a file named by the hash of what it holds: what was torn or changed is told by reading it. */
export class PageFiles {
  constructor(private readonly folder: string) {}

  /** @returns the file's name, and what it takes of the disk */
  async write(entry: Entry): Promise<{ readonly file: string; readonly bytes: number }> {
    const content = contentOf(entry)
    const file = nameOf(content)
    const path = this.#pathOf(file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    return { file, bytes: Math.ceil(content.length / blockBytes) * blockBytes }
  }

  /** Undefined when it is not there, or is not what was written. */
  async read(file: string): Promise<Entry | undefined> {
    const content = await readFile(this.#pathOf(file)).catch(() => undefined)
    if (content === undefined || nameOf(content) !== file) return undefined
    const end = content.indexOf(newLine)
    const head = JSON.parse(content.subarray(0, end).toString()) as Head
    const body: Bytes = new Uint8Array(content.subarray(end + 1))
    return { ...head, status: 200, body, visits: 0, visitsTold: 0, onDisk: true, ready: undefined }
  }

  async remove(file: string): Promise<void> {
    await rm(this.#pathOf(file), { force: true }).catch(() => {})
  }

  /** The names of all files, with those that nobody knows after a kill. */
  async names(): Promise<string[]> {
    const names: string[] = []
    for (const folder of await readdir(this.folder).catch(() => [])) {
      if (!folderName.test(folder)) continue
      for (const rest of await readdir(join(this.folder, folder)).catch(() => [])) names.push(folder + rest)
    }
    return names
  }

  /** Whether there is room that the data will not miss. */
  async hasRoom(): Promise<boolean> {
    const disk = await statfs(this.folder).catch(() => undefined)
    if (disk === undefined) return false
    const free = disk.bavail * disk.bsize
    return free > freeBytesMin && free > disk.blocks * disk.bsize * freeShareMin
  }

  #pathOf(file: string): string {
    return join(this.folder, file.slice(0, 2), file.slice(2))
  }
}

function contentOf(entry: Entry): Uint8Array {
  const { key, kind, tags, headers, hash, freshUntilMs, plainBytes, encoding } = entry
  const head: Head = { key, kind, tags, headers, hash, freshUntilMs, plainBytes, encoding }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), entry.body])
}

function nameOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 32)
}
