import type Sharp from 'sharp'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import type { BlobStore } from '../blobs/store.ts'
import { lookAt } from '../images/picture.ts'
import type { Workroom } from '../images/workroom.ts'
import { limits } from '../limits.ts'
import type { Content } from '../operations/assets.ts'
import { expectBlob } from '../operations/blobs.ts'
import { contentTypeOf } from './content-type.ts'
import type { Staged } from './staging.ts'

export interface IntakeOptions {
  readonly db: Databases
  readonly store: BlobStore
  readonly workroom: Workroom
  readonly sharp: () => Promise<typeof Sharp>
}

/** Names that say nothing about what a file holds. */
const saysNothing = ['application/octet-stream', 'binary/octet-stream', 'application/unknown', '']

/** Where bytes become an organization's: looked at, written down, kept. */
export class Intake {
  #under = 0

  constructor(private readonly options: IntakeOptions) {}

  /** Runs one request that brings bytes. @throws AppError unavailable when too many do. */
  async admit<T>(work: () => Promise<T>): Promise<T> {
    if (this.#under >= limits.uploadsAtOnceMax) {
      throw new AppError('unavailable', 'Too many files are being uploaded. Try again in a moment.', { retryAfterS: 3 })
    }
    this.#under++
    try {
      return await work()
    } finally {
      this.#under--
    }
  }

  /**
   * Finds out what a file is and keeps it. The row of its asset is the caller's next step; if it never comes, the bytes are
   * collected after the grace time.
   * @param declared what the client says it is: what is no picture must not pass for one.
   * @throws AppError unsupported-media-type; invalid; too-large; unavailable.
   */
  async take(organizationId: OrganizationId, staged: Staged, declared: string | undefined): Promise<Content> {
    const { path, hash, bytes } = staged
    if (bytes === 0) {
      throw new AppError('invalid', 'The file is empty.', { faults: [{ pointer: '/file', message: 'is empty' }] })
    }
    const { kind, type } = await contentTypeOf(path)
    refuseFalse(declared, kind, type)
    const picture =
      kind === 'image'
        ? await lookAt(await this.options.sharp(), this.options.workroom, { path, bytes, type })
        : nothing
    await this.options.db.write(expectBlob, organizationId, { hash, bytes })
    await this.options.store.keep({ organizationId, hash }, path)
    return { kind, type, hash, bytes, ...picture }
  }
}

const nothing = { width: null, height: null, frames: null, alpha: null, placeholder: null, colour: null }

function refuseFalse(declared: string | undefined, kind: string, type: string): void {
  const [family = ''] = (declared ?? '').split('/')
  if (saysNothing.includes(declared ?? '') || !['image', 'video', 'audio'].includes(family)) return
  if (family === kind) return
  // A browser calls a sound in a container for films by the container's name, and the other way round.
  if (family !== 'image' && kind !== 'image' && kind !== 'file') return
  const instead = type === 'application/octet-stream' ? 'its content is not known' : `its content is ${type}`
  const readable = family === 'image' ? ' Pictures may be JPEG, PNG, WebP, AVIF, GIF or SVG.' : ''
  throw new AppError('unsupported-media-type', `The file says that it is ${declared}, but ${instead}.${readable}`, {
    faults: [{ pointer: '/file', message: `is not ${declared}` }],
  })
}
