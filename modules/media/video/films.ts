import type { Databases } from '../../../src/db/database.ts'
import type { OrganizationId } from '../../../src/db/ids.ts'
import type { AssetRow } from '../operations/assets.ts'
import { type CaptionRow, captionRows, keepCaption, removeCaption } from '../operations/captions.ts'
import { cancelFilm, type FilmRow, filmRow, retryFilm } from '../operations/films.ts'
import { type Made, readMade } from './made.ts'

/** What was made of a film or a sound, and how far it is. */
export interface Film {
  readonly state: FilmRow['state']
  readonly progress: number
  readonly fault: string | null
  readonly made: Made
  readonly captions: readonly CaptionRow[]
}

/** Films and sounds: what is made of them, by jobs, and what owners say about that. */
export class Films {
  constructor(private readonly db: Databases) {}

  /** Undefined for pictures and files, and for what came before there were films. */
  of(row: Pick<AssetRow, 'id' | 'organizationId' | 'hash' | 'kind'>): Film | undefined {
    if (row.kind !== 'video' && row.kind !== 'audio') return undefined
    return this.db.read(row.organizationId as OrganizationId, (tx) => {
      const film = filmRow(tx, row.id)
      if (film === undefined || film.hash !== row.hash) return undefined
      const { state, progress, fault, made } = film
      return { state, progress, fault, made: readMade(made), captions: captionRows(tx, row.id) }
    })
  }

  /** @throws AppError not-found; conflict while it is under way. */
  retry(organizationId: OrganizationId, id: string): Promise<void> {
    return this.db.write(retryFilm, organizationId, { id })
  }

  /** @throws AppError not-found; conflict when there is nothing to stop. */
  cancel(organizationId: OrganizationId, id: string): Promise<void> {
    return this.db.write(cancelFilm, organizationId, { id })
  }

  keepCaption(organizationId: OrganizationId, caption: Omit<CaptionRow, 'assetId'> & { id: string }): Promise<void> {
    return this.db.write(keepCaption, organizationId, caption)
  }

  removeCaption(organizationId: OrganizationId, id: string, language: string): Promise<void> {
    return this.db.write(removeCaption, organizationId, { id, language })
  }
}
