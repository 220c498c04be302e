import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Sharp from 'sharp'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { BlobStore } from './blobs/store.ts'
import { type Encodings, qualityOf } from './encodings.ts'
import { measure } from './images/measurement.ts'
import { decodedBytes } from './images/picture.ts'
import { inBackground, render } from './images/render.ts'
import { nameOf, type Source, type Variant } from './images/variant.ts'
import type { Workroom } from './images/workroom.ts'
import type { AssetRow } from './operations/assets.ts'
import { collectBlobs, countMade, forgetBlobs, takeUnused } from './operations/blobs.ts'
import { sweepDirectUpload } from './operations/direct.ts'
import { encodeLater, encodePictures, nextUnmeasured, noteEncodings } from './operations/encodings.ts'
import type { Originals } from './originals.ts'
import { widthsFor } from './page-picture.ts'

export interface MediaJobsOptions {
  readonly db: Databases
  readonly store: BlobStore
  readonly originals: Originals
  readonly workroom: Workroom
  readonly sharp: () => Promise<typeof Sharp>
  /** Where files are written before the store takes them. */
  readonly staging: string
}

/** Hands this module's jobs to the runner. All of them can be begun again at any point. */
export function handleMediaJobs(jobs: Jobs, options: MediaJobsOptions): void {
  let encoding = false
  jobs.handle(encodePictures, async (_payload, { organizationId, signal }) => {
    if (organizationId === null) return
    if (encoding) return options.db.write(encodeLater, organizationId, {})
    encoding = true
    try {
      await encodeNext(options, organizationId, signal)
    } finally {
      encoding = false
    }
  })
  jobs.handle(collectBlobs, async (_payload, { organizationId, signal }) => {
    if (organizationId !== null) await collect(options, organizationId, signal)
  })
  jobs.handle(sweepDirectUpload, async ({ id }) => options.store.direct?.remove(id))
}

/** One picture; the note about it arranges the next. One that cannot be worked on must not hold up the others. */
async function encodeNext(options: MediaJobsOptions, organizationId: OrganizationId, signal: AbortSignal) {
  const row = options.db.read(organizationId, (tx) => nextUnmeasured(tx, organizationId))
  if (row === undefined) return
  const { id, hash } = row
  let encodings: Encodings | null
  try {
    encodings = await encode(options, row, signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.retryAfterS !== undefined) throw error
    encodings = null
  }
  const text = encodings === null ? null : JSON.stringify(encodings)
  await options.db.write(noteEncodings, organizationId, { id, hash, encodings: text })
}

/** Measures the quality that the picture needs, then makes its AVIF for pages: what would be too slow while somebody waits. */
async function encode(options: MediaJobsOptions, row: AssetRow, signal: AbortSignal): Promise<Encodings | null> {
  const { type, width: across, height: down, hash } = row
  if (across === null || down === null) return null
  using original = await options.originals.open({ organizationId: row.organizationId as OrganizationId, hash })
  if (original === undefined) return null
  const sharp = await options.sharp()
  const source: Source = { type, width: across, height: down, frames: 1 }
  const needed = decodedBytes(type, across, down, 1)
  const background = <T>(work: () => Promise<T>) => options.workroom.run(needed, work, { background: true })
  const { quality, avifPays } = await background(() => measure(sharp, original.path, signal))
  const avif: number[] = []
  for (const width of avifPays ? widthsFor(across) : []) {
    signal.throwIfAborted()
    const variant = avifVariant(width, { quality })
    const bytes = await background(() => render(sharp, { ...source, path: original.path }, variant, inBackground))
    await keep(options, row, variant, bytes)
    avif.push(width)
  }
  return { quality, avif }
}

function avifVariant(width: number, encodings: Encodings): Variant {
  return { width, height: undefined, focus: 'smart', quality: qualityOf(encodings, 'avif'), format: 'avif' }
}

async function keep({ db, store, staging }: MediaJobsOptions, row: AssetRow, variant: Variant, bytes: Buffer) {
  const organizationId = row.organizationId as OrganizationId
  const [hash, name] = [row.hash, nameOf(variant)]
  await db.write(countMade, organizationId, { hash, name, bytes: bytes.byteLength })
  await mkdir(staging, { recursive: true, mode: 0o700 })
  const path = join(staging, `new-${crypto.randomUUID()}`)
  await writeFile(path, bytes, { mode: 0o600 })
  await store.keep({ organizationId, hash, derived: name }, path)
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
