import { copyFile, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../../src/errors.ts'
import { fileStream, isMissing, makeFolder, sync } from './files.ts'
import { type BlobKey, type BlobStore, pathOf, type StoredBlob } from './store.ts'

/** Blobs as files: written aside, synced, renamed into `{organization}/{first two digits}/{hash}`. */
export class FolderBlobs implements BlobStore {
  readonly kind = 'folder'

  constructor(private readonly folder: string) {}

  async keep(key: BlobKey, path: string): Promise<void> {
    const target = join(this.folder, pathOf(key))
    try {
      if ((await this.find(key)) !== undefined) {
        await rm(path, { force: true })
        return
      }
      await makeFolder(dirname(target))
      await sync(path)
      await this.#move(path, target)
      await sync(dirname(target))
    } catch (error) {
      throw unavailable(error)
    }
  }

  async find(key: BlobKey): Promise<StoredBlob | undefined> {
    const path = join(this.folder, pathOf(key))
    try {
      const { size } = await stat(path)
      return { bytes: size, path, stream: (range) => fileStream(path, range) }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw unavailable(error)
    }
  }

  async remove(key: BlobKey): Promise<void> {
    const path = join(this.folder, pathOf(key))
    await rm(path, { force: true })
    if (key.derived === undefined) await rm(`${path}.d`, { recursive: true, force: true })
  }

  /** A rename, or a copy where the upload lies on another disk. */
  async #move(path: string, target: string): Promise<void> {
    try {
      await rename(path, target)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
      const aside = await mkdtemp(join(this.folder, 'new-'))
      try {
        await copyFile(path, join(aside, 'blob'))
        await sync(join(aside, 'blob'))
        await rename(join(aside, 'blob'), target)
      } finally {
        await rm(aside, { recursive: true, force: true })
      }
      await rm(path, { force: true })
    }
  }
}

function unavailable(cause: unknown): AppError {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
  const why = full ? 'The disk for uploaded files is full.' : 'The folder of uploaded files cannot be used just now.'
  return new AppError('unavailable', why, { cause, retryAfterS: 30 })
}
