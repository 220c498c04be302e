import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type Sharp from 'sharp'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { loadSharp } from '../../src/images/sharp.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import { Assets } from './assets.ts'
import { FolderBlobs } from './blobs/folder.ts'
import { Leftovers } from './blobs/leftovers.ts'
import { S3Blobs } from './blobs/s3.ts'
import type { BlobStore } from './blobs/store.ts'
import type { MediaConfig } from './config.ts'
import { Delivery } from './delivery.ts'
import { DiskCache } from './disk-cache.ts'
import { Guard } from './guard.ts'
import { lowerSoon } from './images/rank.ts'
import { AddressSigner } from './images/signature.ts'
import { Variants } from './images/variants.ts'
import { Workroom } from './images/workroom.ts'
import { handleMediaJobs } from './jobs.ts'
import { limits } from './limits.ts'
import { countMade, knownBlobs } from './operations/blobs.ts'
import { beginDirectUpload } from './operations/direct.ts'
import { type BlobOrigin, Originals } from './originals.ts'
import type { RemoteOptions } from './remote/remote-file.ts'
import { Intake } from './uploads/intake.ts'
import { Staging } from './uploads/staging.ts'
import { UnfinishedUploads } from './uploads/unfinished.ts'
import { type Ffmpeg, findFfmpeg } from './video/ffmpeg.ts'
import { handleFilmJobs } from './video/film-job.ts'
import { FilmWatch } from './video/film-watch.ts'
import { Films } from './video/films.ts'

export interface MediaDeps {
  readonly db: Databases
  readonly jobs: Jobs
  readonly config: MediaConfig
  /** Where sharp's native libraries are laid out. */
  readonly nativeFolder: string
  /** The newest signs; older ones still verify. */
  readonly secrets: readonly string[]
  readonly reportBug: (error: unknown) => void
  /** Whether a file is for some alone: then only signed addresses open it. */
  readonly isGuarded?: (assetId: string) => boolean
  /** Where blobs may be had that this node's folder lacks, and who may have its own. */
  readonly peers?: (BlobOrigin & { share(lookup: Originals['near']): void }) | undefined
  /** What tests put in the place of the real parts. */
  readonly store?: BlobStore
  readonly remote?: RemoteOptions
  /** Undefined: as if it were not installed. */
  readonly ffmpeg?: () => Ffmpeg | undefined
}

/** All parts of this module, built once in the order in which they need each other. */
export interface Media {
  readonly assets: Assets
  readonly films: Films
  readonly filmWatch: FilmWatch
  readonly store: BlobStore
  readonly originals: Originals
  readonly delivery: Delivery
  readonly intake: Intake
  readonly staging: Staging
  readonly unfinished: UnfinishedUploads
  readonly signer: AddressSigner
  readonly guard: Guard
  readonly workroom: Workroom
  readonly cache: DiskCache
  readonly remote: RemoteOptions
  /** Takes room for something that is kept beside a file. @throws AppError too-large; not-found. */
  countMade(organizationId: OrganizationId, made: { hash: string; name: string; bytes: number }): Promise<void>
  /** Writes down that something will be put into the bucket. */
  beginDirect(organizationId: OrganizationId, id: string): Promise<void>
  /** The server is about to end: nobody waits any longer. */
  drain(): void
  close(): void
}

export function openMedia(deps: MediaDeps): Media {
  const { db, config } = deps
  const sharp = (): Promise<typeof Sharp> => loadSharp(deps.nativeFolder)
  const store = deps.store ?? openStore(config)
  const stagingFolder = join(config.folder, 'incoming')
  const staging = new Staging(stagingFolder)
  const cache = new DiskCache(join(config.folder, 'cache'), config.cacheBytesMax)
  const workroom = new Workroom({
    // One more than there are cores: while one writes its result down, the others keep them busy.
    tasksMax: availableParallelism() + 1,
    bytesMax: limits.renderBytesMax,
    queueMax: limits.renderQueueMax,
    onTurn: () => lowerSoon(deps.reportBug),
  })
  // A bucket has what all nodes need.
  const peers = store.kind === 's3' ? undefined : deps.peers
  const originals = new Originals(store, cache, peers)
  peers?.share((name) => originals.near(name))
  const films = new Films(db)
  const filmWatch = new FilmWatch(db.changes)
  const assets = new Assets(db, films)
  const variants = new Variants({ sharp, originals, cache, workroom })
  const signer = new AddressSigner(deps.secrets)
  const guard = new Guard(assets, signer, deps.isGuarded ?? (() => false))
  handleMediaJobs(deps.jobs, { db, store, originals, workroom, sharp, staging: stagingFolder })
  handleFilmJobs(deps.jobs, { db, store, originals, ffmpeg: deps.ffmpeg ?? findFfmpeg, staging: stagingFolder })
  const unfinished = new UnfinishedUploads(join(config.folder, 'unfinished'))
  const leftovers =
    peers === undefined || config.blobs.kind !== 'folder'
      ? undefined
      : new Leftovers({
          folder: config.blobs.folder,
          store,
          known: (organizationId, hashes) => {
            try {
              return db.read(organizationId, (tx) => knownBlobs(tx, organizationId, hashes))
            } catch (error) {
              // The organization itself is gone.
              if (error instanceof AppError && error.code === 'not-found') return new Set()
              throw error
            }
          },
          graceMs: limits.unusedGraceMs,
        })
  const sweep = () => {
    const sweeps = [staging.sweep(Date.now()), unfinished.deleteExpired(), leftovers?.sweep(Date.now())]
    Promise.all(sweeps).catch(deps.reportBug)
  }
  sweep()
  const sweeping = setInterval(sweep, limits.sweepEveryMs)
  sweeping.unref()
  return {
    assets,
    films,
    filmWatch,
    store,
    originals,
    staging,
    cache,
    workroom,
    signer,
    guard,
    delivery: new Delivery({ db, assets, films, variants, originals, signer, guard, reportBug: deps.reportBug }),
    intake: new Intake({ db, store, workroom, sharp }),
    unfinished,
    remote: deps.remote ?? {},
    countMade: (organizationId, made) => db.write(countMade, organizationId, made),
    beginDirect: (organizationId, id) => db.write(beginDirectUpload, organizationId, { id }),
    drain: () => filmWatch.close(),
    close: () => clearInterval(sweeping),
  }
}

function openStore({ blobs }: MediaConfig): BlobStore {
  return blobs.kind === 'folder' ? new FolderBlobs(blobs.folder) : new S3Blobs(blobs)
}
