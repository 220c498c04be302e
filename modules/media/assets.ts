import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { newId, type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { Tx } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { paged } from '../../src/http/paging.ts'
import { addressOf } from './address.ts'
import { readEncodings } from './encodings.ts'
import { assetChanged } from './events.ts'
import { limits } from './limits.ts'
import {
  type AssetRow,
  absentAsset,
  assetRow,
  type Content,
  changeAsset,
  createAsset,
  deleteAsset,
  replaceAsset,
} from './operations/assets.ts'
import { quotaRow } from './operations/blobs.ts'
import { type PagePicture, pagePicture } from './page-picture.ts'
import { type AssetKind, asset, assetUse, assetWord, type UsePlace } from './schema.ts'
import type { Films } from './video/films.ts'
import { type PageFilm, pageFilm } from './video/page-film.ts'
import { wordsOf } from './words.ts'

const cachedMax = 20_000

export interface ListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly kind?: AssetKind | undefined
  /** Words that the name has, or that its words begin with. */
  readonly search?: string | undefined
}

export interface NewAsset {
  readonly id?: string
  readonly name: string
  readonly alt?: string | undefined
  readonly by: string
  readonly content: Content
}

/** The asset library: what an organization has uploaded. */
export class Assets {
  readonly #known: ValueCache<AssetRow>

  constructor(
    private readonly db: Databases,
    private readonly films: Pick<Films, 'of'>,
  ) {
    this.#known = new ValueCache<AssetRow>(db.changes, { entriesMax: cachedMax }).on(assetChanged, ({ subject }) => [
      subject,
    ])
  }

  /** @throws AppError too-large at the organization's limits. */
  create(organizationId: OrganizationId, input: NewAsset, operationId?: string): Promise<AssetRow> {
    const { id = newId('ast', organizationId), by, content } = input
    const name = nameFrom(input.name)
    return this.db.write(
      createAsset,
      organizationId,
      { id, name, alt: checkText(input.alt ?? '', '/alt'), by, content },
      operationId === undefined ? {} : { operationId },
    )
  }

  /** @throws AppError not-found, also for what belongs to another organization. */
  get(organizationId: OrganizationId, id: string): AssetRow {
    const found = organizationOf(id) === organizationId ? this.find(id) : undefined
    if (found === undefined) throw absentAsset()
    return found
  }

  /** By its id alone, whoever asks: an id cannot be guessed. */
  find(id: string): AssetRow | undefined {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    try {
      const organizationId = organizationOf(id)
      const row = this.db.read(organizationId, (tx) => assetRow(tx, organizationId, id))
      return this.#known.keep(id, row, [id])
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined
      throw error
    }
  }

  /** Newest first. The cursor is the last id of the page before. */
  list(organizationId: OrganizationId, query: ListQuery): { items: AssetRow[]; nextCursor: string | null } {
    const words = wordsOf(query.search ?? '').slice(0, limits.searchWordsMax)
    if (query.search !== undefined && query.search.trim() !== '' && words.length === 0) {
      return { items: [], nextCursor: null }
    }
    const rows = this.db.read(organizationId, (tx) => {
      const conditions: (SQL | undefined)[] = [
        eq(asset.organizationId, organizationId),
        query.kind === undefined ? undefined : eq(asset.kind, query.kind),
        query.cursor === undefined ? undefined : lt(asset.id, query.cursor),
        ...words.map((word) => inArray(asset.id, named(tx, organizationId, word))),
      ]
      return tx
        .select()
        .from(asset)
        .where(and(...conditions))
        .orderBy(desc(asset.id))
        .limit(query.limit + 1)
        .all()
    })
    return paged(rows, query.limit, (last) => last.id)
  }

  change(
    organizationId: OrganizationId,
    id: string,
    change: { name?: string | undefined; alt?: string | undefined },
  ): Promise<AssetRow> {
    this.get(organizationId, id)
    return this.db.write(changeAsset, organizationId, {
      id,
      ...(change.name !== undefined && { name: checkName(change.name) }),
      ...(change.alt !== undefined && { alt: checkText(change.alt, '/alt') }),
    })
  }

  /** @throws AppError conflict for a file of another kind. */
  replace(organizationId: OrganizationId, id: string, content: Content): Promise<AssetRow> {
    this.get(organizationId, id)
    return this.db.write(replaceAsset, organizationId, { id, content })
  }

  /** @throws AppError conflict while capsules show it, unless forced. */
  async remove(organizationId: OrganizationId, id: string, force: boolean): Promise<void> {
    this.get(organizationId, id)
    await this.db.write(deleteAsset, organizationId, { id, force })
  }

  /** Which capsules show it. */
  uses(organizationId: OrganizationId, id: string, limit: number, cursor = '') {
    this.get(organizationId, id)
    // A capsule shows it in two places at most: a page of capsules is at most so many rows.
    const rows = this.db.read(organizationId, (tx) =>
      tx
        .select({ capsule: assetUse.capsuleId, place: assetUse.place })
        .from(assetUse)
        .where(and(eq(assetUse.assetId, id), gt(assetUse.capsuleId, cursor)))
        .orderBy(asc(assetUse.capsuleId))
        .limit(2 * limit + 2)
        .all(),
    )
    const capsules = new Map<string, UsePlace[]>()
    for (const { capsule, place } of rows) capsules.set(capsule, [...(capsules.get(capsule) ?? []), place])
    const all = [...capsules].map(([capsule, places]) => ({ capsule, places }))
    return paged(all, limit, (last) => last.capsule)
  }

  /** How much of its room the organization uses. */
  storage(organizationId: OrganizationId) {
    const { bytes, assets } = this.db.read(organizationId, (tx) => quotaRow(tx, organizationId))
    return { bytes, bytesMax: limits.organizationBytesMax, assets, assetsMax: limits.organizationAssetsMax }
  }

  /** What a page needs to show a picture; undefined for what is none, or is not there any more. */
  pictureOf(id: string): PagePicture | undefined {
    const row = this.find(id)
    return row === undefined ? undefined : pagePicture(row, readEncodings(row.encodings))
  }

  /** What a page needs to play a film or a sound; undefined for what is neither, or is not there any more. */
  filmOf(id: string): PageFilm | undefined {
    const row = this.find(id)
    return row === undefined ? undefined : pageFilm(row, this.films.of(row))
  }

  /** The address of any asset, for players and downloads; undefined when it is not there any more. */
  addressOf(id: string): string | undefined {
    const row = this.find(id)
    return row === undefined ? undefined : addressOf(row)
  }
}

/** The assets with a word that begins so. */
function named(tx: Tx, organizationId: OrganizationId, word: string) {
  return tx
    .select({ id: assetWord.assetId })
    .from(assetWord)
    .where(
      and(
        eq(assetWord.organizationId, organizationId),
        gte(assetWord.word, word),
        lt(assetWord.word, `${word}\u{10ffff}`),
      ),
    )
}

/** A name from a file's own: the last part of a path, without what no name has. */
function nameFrom(text: string): string {
  const last = text.split(/[/\\]/).at(-1) ?? ''
  const name = last.toWellFormed().replace(/\p{C}/gu, '').trim().slice(0, limits.nameLengthMax)
  return name === '' ? 'untitled' : name
}

function checkName(name: string): string {
  const trimmed = checkText(name, '/name').trim()
  if (trimmed !== '') return trimmed
  throw new AppError('invalid', 'The name must not be empty.', {
    faults: [{ pointer: '/name', message: 'must not be empty' }],
  })
}

function checkText(text: string, pointer: string): string {
  if (text.isWellFormed() && !/[^\P{Cc}\n\t]/u.test(text)) return text
  const message = 'holds characters that no text has'
  throw new AppError('invalid', `${pointer.slice(1)} ${message}.`, { faults: [{ pointer, message }] })
}
