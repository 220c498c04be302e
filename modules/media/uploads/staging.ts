import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'

/** Bytes that arrived and are not anybody's yet. Disposing throws them away, unless a store took the file over. */
export interface Staged extends AsyncDisposable {
  readonly path: string
  readonly hash: string
  readonly bytes: number
}

/** A folder of files under way: what a crash left in it is swept when it is old. */
export class Staging {
  constructor(private readonly folder: string) {}

  /**
   * Writes a stream down, and hashes it on its way. @throws AppError too-large; malformed when it breaks off; timeout.
   */
  async receive(source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Staged> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const path = join(this.folder, `new-${crypto.randomUUID()}`)
    const handle = await open(path, 'wx', 0o600)
    const hasher = new Bun.CryptoHasher('sha256')
    let bytes = 0
    try {
      for await (const chunk of before(Date.now() + limits.uploadRequestMs, source)) {
        bytes += chunk.byteLength
        if (bytes > bytesMax) throw tooLarge(bytesMax)
        hasher.update(chunk)
        await handle.write(chunk)
      }
    } catch (error) {
      await handle.close()
      await rm(path, { force: true })
      throw understand(error)
    }
    await handle.close()
    return staged(path, hasher.digest('hex'), bytes)
  }

  /** A file that lies whole here already, from a resumable upload. */
  async adopt(path: string): Promise<Staged> {
    if (!(await Bun.file(path).exists())) throw new AppError('gone', 'The bytes of this upload are not here any more.')
    const hasher = new Bun.CryptoHasher('sha256')
    let bytes = 0
    for await (const chunk of Bun.file(path).stream()) {
      hasher.update(chunk)
      bytes += chunk.byteLength
    }
    return staged(path, hasher.digest('hex'), bytes)
  }

  /** Removes what has lain here longer than any upload lasts. */
  async sweep(nowMs: number): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const path = join(this.folder, name)
      const there = await stat(path).catch(() => undefined)
      if (there !== undefined && nowMs - there.mtimeMs > limits.uploadIdleMs)
        await rm(path, { recursive: true, force: true })
    }
  }
}

export function tooLarge(bytesMax: number): AppError {
  return new AppError('too-large', `A file may have at most ${Math.floor(bytesMax / 1_048_576)} MiB here.`, {
    faults: [{ pointer: '/file', message: 'is too large' }],
  })
}

function staged(path: string, hash: string, bytes: number): Staged {
  return { path, hash, bytes, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
}

/** The chunks of a stream, as long as they come in time: a trickle must not hold a place for ever. */
async function* before(deadlineMs: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const late = Promise.withResolvers<never>()
  late.promise.catch(() => {})
  const timer = setTimeout(
    () => late.reject(new AppError('timeout', 'The upload took too long. Send large files as resumable uploads.')),
    Math.max(0, deadlineMs - Date.now()),
  )
  const chunks = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), late.promise])
      if (next.done) return
      yield next.value
    }
  } finally {
    clearTimeout(timer)
    void chunks.return?.()
  }
}

function understand(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new AppError('unavailable', 'The disk for uploads is full.', { cause: error, retryAfterS: 60 })
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new AppError('malformed', 'The upload broke off before its end.', { cause: error })
  }
  return error
}
