import type Sharp from 'sharp'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { isMissing } from '../blobs/files.ts'
import type { DiskCache } from '../disk-cache.ts'
import { type Originals, writeStream } from '../originals.ts'
import { decodedBytes } from './picture.ts'
import { render, whileWaiting } from './render.ts'
import { nameOf, type Source, type Variant } from './variant.ts'
import type { Workroom } from './workroom.ts'

/** What a variant is made from. */
export interface PictureSource extends Source {
  readonly organizationId: string
  readonly hash: string
}

export interface MadeVariant {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Names the bytes: a strong validator. */
  readonly tag: string
  /** False: it lay ready. */
  readonly made: boolean
}

export interface VariantsOptions {
  readonly sharp: () => Promise<typeof Sharp>
  readonly originals: Originals
  readonly cache: DiskCache
  readonly workroom: Workroom
}

/** Variants of pictures: made once, whoever asks at the same time, and kept in the disk cache. */
export class Variants {
  constructor(private readonly options: VariantsOptions) {}

  /**
   * @param stands whether a job has made this one and keeps it beside the original.
   * @throws AppError not-found when the original is gone; unavailable when too much is under way.
   */
  async get(source: PictureSource, variant: Variant, stands: boolean): Promise<MadeVariant> {
    const key = `variant/${source.organizationId}/${source.hash}/${stands ? 'derived/' : ''}${nameOf(variant)}`
    let made = false
    const write = async (path: string) => {
      made = true
      if (stands && (await this.#fetch(source, variant, path))) return
      await Bun.write(path, await this.#render(source, variant))
    }
    const tag = new Bun.CryptoHasher('sha256').update(key).digest('base64url').slice(0, 22)
    for (;;) {
      using held = await this.options.cache.fill(key, write)
      try {
        return { bytes: await Bun.file(held.path).bytes(), tag, made }
      } catch (error) {
        // Somebody emptied the folder under us: it is a cache, so it is made again.
        if (!isMissing(error)) throw error
        this.options.cache.forget(key)
      }
    }
  }

  /** What a job made before. False: it is not there after all. */
  async #fetch(source: PictureSource, variant: Variant, path: string): Promise<boolean> {
    const { organizationId, hash } = source
    const key = { organizationId: organizationId as OrganizationId, hash, derived: nameOf(variant) }
    const found = await this.options.originals.find(key)
    if (found === undefined) return false
    using _ = found.held
    await writeStream(path, found.stream())
    return true
  }

  async #render(source: PictureSource, variant: Variant): Promise<Buffer> {
    const { originals, workroom, sharp } = this.options
    const frames = variant.format === 'webp' || variant.format === 'gif' ? source.frames : 1
    const needed = decodedBytes(source.type, source.width, source.height, frames)
    return workroom.run(needed, async () => {
      const { organizationId, hash } = source
      using original = await originals.open({ organizationId: organizationId as OrganizationId, hash })
      if (original === undefined) throw new AppError('not-found', 'The file of this picture is not here any more.')
      return render(await sharp(), { ...source, path: original.path }, variant, whileWaiting)
    })
  }
}
