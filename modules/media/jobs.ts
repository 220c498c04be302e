import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Sharp from 'sharp'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Assets } from './assets.ts'
import type { BlobStore } from './blobs/store.ts'
import { type Encodings, qualityOf } from './encodings.ts'
import { measure } from './images/measurement.ts'
import { decodedBytes } from './images/picture.ts'
import { inBackground, render } from './images/render.ts'
import { nameOf, type Source, type Variant } from './images/variant.ts'
import type { Workroom } from './images/workroom.ts'
import { type AssetRow, encodePicture, noteEncodings } from './operations/assets.ts'
import { collectBlobs, forgetBlobs, takeUnused } from './operations/blobs.ts'
import { sweepDirectUpload } from './operations/direct.ts'
import type { Originals } from './originals.ts'
import { widthsFor } from './page-picture.ts'

export interface MediaJobsOptions {
  readonly db: Databases
  readonly assets: Assets
  readonly store: BlobStore
  readonly originals: Originals
  readonly workroom: Workroom
  readonly sharp: () => Promise<typeof Sharp>
  /** Where files are written before the store takes them. */
  readonly staging: string
}

/** Formats whose pictures are drawn or move: there is nothing to measure, or AVIF would not carry them. */
const leftAlone = ['image/svg+xml', 'image/gif']

/** Hands this module's jobs to the runner. All of them can be begun again at any point. */
export function handleMediaJobs(jobs: Jobs, options: MediaJobsOptions): void {
  jobs.handle(encodePicture, ({ id, hash }, { signal }) => encode(options, id, hash, signal))
  jobs.handle(collectBlobs, async (_payload, { organizationId, signal }) => {
    if (organizationId !== null) await collect(options, organizationId, signal)
  })
  jobs.handle(sweepDirectUpload, async ({ id }) => options.store.direct?.remove(id))
}

/** Measures the quality that the picture needs, then makes its AVIF for pages: what would be too slow while somebody waits. */
async function encode(options: MediaJobsOptions, id: string, hash: string, signal: AbortSignal): Promise<void> {
  const row = options.assets.find(id)
  if (row === undefined || row.hash !== hash || row.width === null || row.height === null) return
  if (leftAlone.includes(row.type) || (row.frames ?? 1) > 1) return
  const organizationId = row.organizationId as OrganizationId
  using original = await options.originals.open({ organizationId, hash })
  if (original === undefined) throw new Error('The original of this picture is not in the store.')
  const sharp = await options.sharp()
  const source: Source = { type: row.type, width: row.width, height: row.height, frames: 1 }
  const needed = decodedBytes(row.type, row.width, row.height, 1)
  const background = <T>(work: () => Promise<T>) => options.workroom.run(needed, work, { background: true })
  const { quality, avifPays } = await background(() => measure(sharp, original.path, signal))
  const avif: number[] = []
  for (const width of avifPays ? widthsFor(row.width) : []) {
    signal.throwIfAborted()
    const variant = avifVariant(width, { quality })
    const bytes = await background(() => render(sharp, { ...source, path: original.path }, variant, inBackground))
    await keep(options, row, variant, bytes)
    avif.push(width)
  }
  await options.db.write(noteEncodings, organizationId, { id, hash, encodings: JSON.stringify({ quality, avif }) })
}

function avifVariant(width: number, encodings: Encodings): Variant {
  return { width, height: undefined, focus: 'smart', quality: qualityOf(encodings, 'avif'), format: 'avif' }
}

async function keep({ store, staging }: MediaJobsOptions, row: AssetRow, variant: Variant, bytes: Buffer) {
  await mkdir(staging, { recursive: true, mode: 0o700 })
  const path = join(staging, `new-${crypto.randomUUID()}`)
  await writeFile(path, bytes, { mode: 0o600 })
  const organizationId = row.organizationId as OrganizationId
  await store.keep({ organizationId, hash: row.hash, derived: nameOf(variant) }, path)
}

/** First the rows say that the bytes are going, then they go, then the rows: cut anywhere, the next attempt ends it. */
async function collect({ db, store }: MediaJobsOptions, organizationId: OrganizationId, signal: AbortSignal) {
  for (;;) {
    const hashes = await db.write(takeUnused, organizationId, {})
    for (const hash of hashes) {
      if (signal.aborted) throw new AppError('unavailable', 'The collection was stopped.')
      await store.remove({ organizationId, hash })
    }
    await db.write(forgetBlobs, organizationId, { hashes })
    if (hashes.length === 0) return
  }
}
