import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import type { JobContext, Jobs } from '../../../src/jobs/jobs.ts'
import type { BlobStore } from '../blobs/store.ts'
import { assetChanged } from '../events.ts'
import { limits } from '../limits.ts'
import { assetRow } from '../operations/assets.ts'
import { countMade } from '../operations/blobs.ts'
import { keepCaption } from '../operations/captions.ts'
import {
  type FilmRow,
  filmLater,
  filmRow,
  makeFilms,
  nextFilm,
  noteFilm,
  resumeFilms,
  resumePlain,
} from '../operations/films.ts'
import type { Originals } from '../originals.ts'
import { type Ffmpeg, stopped, unreadable } from './ffmpeg.ts'
import { type Made, readMade } from './made.ts'
import { type Probed, probe } from './probe.ts'
import { stepsFor } from './steps.ts'
import type { Workplace } from './workplace.ts'

export interface FilmJobOptions {
  readonly db: Databases
  readonly store: BlobStore
  readonly originals: Originals
  /** Undefined: not installed, so far. */
  readonly ffmpeg: () => Ffmpeg | undefined
  readonly staging: string
}

const missing =
  'ffmpeg is not installed on this server, so the file plays as it was uploaded. `encapsify doctor` says how to get it; it is found within minutes.'

/** Hands the work on films to the runner. It can be cut off anywhere: what a step has kept is found by the next attempt. */
export function handleFilmJobs(jobs: Jobs, options: FilmJobOptions): void {
  let work: FilmWork | undefined
  options.db.changes.onApplied(assetChanged, ({ subject }) => work?.look(subject))
  jobs.handle(makeFilms, async (_payload, context) => {
    const { organizationId } = context
    if (organizationId === null) return
    if (work !== undefined) return options.db.write(filmLater, organizationId, {})
    work = new FilmWork(options, organizationId)
    try {
      await work.next(context)
    } finally {
      work = undefined
    }
  })
  jobs.handle(resumeFilms, async (_payload, { organizationId }) => {
    if (organizationId === null) return
    await options.db.write(resumePlain, organizationId, { possible: options.ffmpeg() !== undefined })
  })
}

/** The work on one film. */
class FilmWork {
  #row: FilmRow | undefined
  readonly #unwanted = new AbortController()

  constructor(
    private readonly options: FilmJobOptions,
    private readonly organizationId: OrganizationId,
  ) {}

  async next({ signal, attempt }: JobContext): Promise<void> {
    const { db } = this.options
    const ffmpeg = this.options.ffmpeg()
    const row = db.read(this.organizationId, (tx) => nextFilm(tx, this.organizationId))
    if (row === undefined) return
    if (ffmpeg === undefined) return void (await this.#note(row, readMade(row.made), 'plain', 0, missing))
    this.#row = row
    let made = readMade(row.made)
    const onMade = (next: Made) => {
      made = next
    }
    try {
      await this.#make(ffmpeg, row, AbortSignal.any([signal, this.#unwanted.signal]), onMade)
    } catch (error) {
      if (this.#unwanted.signal.aborted) return
      const isTheFilms = error instanceof AppError && error.retryAfterS === undefined
      if (!isTheFilms && (signal.aborted || attempt < limits.filmAttemptsMax || error instanceof AppError)) throw error
      const fault = isTheFilms
        ? error.message
        : 'The work on this file broke off again and again. Try it once more later.'
      await this.#note(row, made, 'failed', 0, fault)
    }
  }

  /** An asset changed: if it is this one, somebody may have cancelled the work, or put other bytes in its place. */
  look(assetId: string): void {
    if (this.#row?.assetId === assetId && !this.#isWanted(this.#row)) this.#unwanted.abort()
  }

  async #make(ffmpeg: Ffmpeg, row: FilmRow, signal: AbortSignal, onMade: (made: Made) => void): Promise<void> {
    const { originals, staging, db } = this.options
    const { type } = db.read(this.organizationId, (tx) => assetRow(tx, this.organizationId, row.assetId))
    using original = await originals.open({ organizationId: this.organizationId, hash: row.hash })
    if (original === undefined) throw unreadable()
    await mkdir(staging, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(staging, 'film-'))
    try {
      const probed = await probe(ffmpeg, original.path, type, signal)
      const { picture } = probed
      let made: Made = {
        ...readMade(row.made),
        durationMs: Math.round(probed.durationS * 1_000),
        ...(picture !== undefined && { width: picture.width, height: picture.height }),
      }
      const steps = stepsFor(probed)
      const whole = steps.reduce((sum, { weight }) => sum + weight, 0)
      let before = 0
      const noted = { atMs: 0, progress: -1 }
      const progressOf = (weight: number, seconds: number) =>
        Math.min(99, Math.floor((100 * (before + weight * Math.min(1, seconds / probed.durationS))) / whole))
      for (const step of steps) {
        if (signal.aborted) throw stopped()
        if (!made.done.includes(step.name)) {
          const place = this.#place(row, ffmpeg, { path: original.path, type }, probed, folder, signal, (seconds) => {
            const progress = progressOf(step.weight, seconds)
            const nowMs = performance.now()
            if (progress <= noted.progress || nowMs - noted.atMs < limits.filmNoteEveryMs) return
            Object.assign(noted, { atMs: nowMs, progress })
            void this.#note(row, made, 'working', progress, null).catch(() => {})
          })
          try {
            const found = await step.run(place, made)
            made = { ...made, ...found, done: [...made.done, step.name] }
          } catch (error) {
            const isPassedOver = !step.needed && error instanceof AppError && error.retryAfterS === undefined
            if (!isPassedOver) throw error
            made = { ...made, done: [...made.done, step.name] }
          }
        }
        before += step.weight
        onMade(made)
        noted.progress = progressOf(0, 0)
        if (!(await this.#note(row, made, 'working', noted.progress, null))) throw stopped()
      }
      await this.#note(row, made, 'ready', 100, null)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  #place(
    row: FilmRow,
    ffmpeg: Ffmpeg,
    source: Workplace['source'],
    probed: Probed,
    folder: string,
    signal: AbortSignal,
    onSeconds: (seconds: number) => void,
  ): Workplace {
    const { store, db } = this.options
    const key = (derived: string) => ({ organizationId: this.organizationId, hash: row.hash, derived })
    const msMax = limits.filmStepMs + probed.durationS * 1_000 * limits.filmSlownessMax
    return {
      ffmpeg,
      source,
      probed,
      folder,
      bounds: { folder, signal, msMax },
      onSeconds,
      keep: async (name) => {
        const path = join(folder, name)
        await db.write(countMade, this.organizationId, { hash: row.hash, name, bytes: Bun.file(path).size })
        await store.keep(key(name), path)
      },
      discard: (name) => store.remove(key(name)),
      find: (name) => store.find(key(name)),
      keepCaption: (caption) =>
        db.write(keepCaption, this.organizationId, { id: row.assetId, hash: row.hash, source: 'embedded', ...caption }),
    }
  }

  #note(
    row: FilmRow,
    made: Made,
    state: 'working' | 'ready' | 'failed' | 'plain',
    progress: number,
    fault: string | null,
  ) {
    const { assetId: id, hash } = row
    return this.options.db.write(noteFilm, this.organizationId, {
      id,
      hash,
      state,
      progress,
      made: JSON.stringify(made),
      fault,
    })
  }

  /** Whether anybody still waits for it. */
  #isWanted({ assetId, hash }: FilmRow): boolean {
    const now = this.options.db.read(this.organizationId, (tx) => filmRow(tx, assetId))
    return now?.hash === hash && (now.state === 'waiting' || now.state === 'working')
  }
}
