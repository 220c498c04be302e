import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { byteOrderMark, csvRecord } from '../../src/http/csv.ts'
import { pageLimitMax } from '../../src/http/paging.ts'
import { type Analytics, visitFile } from '../analytics/index.ts'
import { type Capsules, type Documents, type Publications, type Responses, responseFile } from '../capsule/index.ts'
import type { Domains } from '../domains/index.ts'
import type { Media } from '../media/index.ts'
import type { Members, Organizations } from '../organization/index.ts'
import { linkResource, type Sharing } from '../sharing/index.ts'
import type { Notifications } from '../webhooks/index.ts'
import { type Chats, conversationFile, leadFile } from './chats.ts'
import { each } from './each.ts'
import { fileName } from './file-name.ts'
import { entryBytesMax, type TarEntry } from './tar.ts'

export interface ExportDeps {
  readonly organizations: Pick<Organizations, 'byId'>
  readonly members: Pick<Members, 'list'>
  readonly capsules: Pick<Capsules, 'list' | 'draftText'>
  readonly publications: Pick<Publications, 'versions' | 'versionText'>
  readonly documents: Documents
  readonly responses: Responses
  readonly sharing: Pick<Sharing, 'links' | 'access'>
  readonly domains: Pick<Domains, 'list'>
  readonly webhooks: Pick<Notifications['webhooks'], 'list'>
  readonly visits: Analytics['visits']
  readonly chats: Chats
  readonly media: Pick<Media, 'assets' | 'originals' | 'staging'>
  /** The public origin, without a trailing slash. */
  readonly origin: string
  readonly nowMs: () => number
}

type Row = ReturnType<Capsules['list']>['items'][number]

/** All that an organization has, as files: read piece by piece, each as it is when its turn comes. Deleted capsules are left out. */
export class Contents {
  readonly #counts = {
    ...{ members: 0, capsules: 0, versions: 0, responses: 0, visits: 0, conversations: 0, leads: 0 },
    ...{ links: 0, webhooks: 0, domains: 0, media: 0 },
    /** Files whose bytes no store has. */
    mediaMissing: 0,
  }
  readonly #slugs = new Set<string>()
  #files = 0
  #bytes = 0

  constructor(
    private readonly deps: ExportDeps,
    private readonly organizationId: OrganizationId,
  ) {}

  /** The manifest is the last one: an archive without it was cut off. */
  async *entries(): AsyncGenerator<TarEntry, undefined> {
    const { nowMs, organizations } = this.deps
    const startedAt = nowMs()
    for await (const entry of this.#all()) {
      this.#files++
      this.#bytes += entry.bytes
      yield entry
    }
    const organization = organizations.byId(this.organizationId)?.slug
    yield this.#json('manifest.json', {
      ...{ format: 1, organization, startedAt, finishedAt: nowMs(), counts: this.#counts },
      ...{ files: this.#files, bytes: this.#bytes },
    })
    return undefined
  }

  async *#all(): AsyncGenerator<TarEntry> {
    const { organizations, webhooks, domains } = this.deps
    yield this.#json('organization.json', organizations.byId(this.organizationId) ?? {})
    yield* this.#members()
    const hooks = await Array.fromAsync(each((cursor) => webhooks.list(this.organizationId, pageLimitMax, cursor)))
    this.#counts.webhooks = hooks.length
    yield this.#json('webhooks.json', hooks)
    const names = await Array.fromAsync(each((cursor) => domains.list(this.organizationId, pageLimitMax, cursor)))
    this.#counts.domains = names.length
    yield this.#json('domains.json', names)
    for await (const row of each((cursor) =>
      this.deps.capsules.list(this.organizationId, { limit: pageLimitMax, cursor }),
    )) {
      try {
        yield* this.#capsule(row)
        this.#counts.capsules++
      } catch (error) {
        // It was deleted meanwhile: what comes after it is still to be had.
        if (!(error instanceof AppError && error.code === 'not-found')) throw error
      }
    }
    yield* this.#media()
  }

  async *#capsule(row: Row): AsyncGenerator<TarEntry> {
    const { capsules, publications, sharing, visits, organizationId, origin, nowMs } = {
      ...this.deps,
      organizationId: this.organizationId,
    }
    const { id, title, slug, state, publishedVersion, createdMs, updatedMs } = row
    // A slug that was given away while this went on would stand here twice.
    const folder = `capsules/${this.#slugs.has(slug) ? `${slug}-${id}` : slug}`
    const draft = capsules.draftText(organizationId, id)
    this.#slugs.add(slug)
    yield this.#json(`${folder}/capsule.json`, {
      ...{ id, title, slug, state, publishedVersion, createdAt: createdMs, updatedAt: updatedMs },
      private: sharing.access.isPrivate(id),
    })
    yield whole(`${folder}/document.json`, draft.text, updatedMs)
    for await (const { number, publishedAt } of each((cursor) =>
      publications.versions(organizationId, id, pageLimitMax, cursor === undefined ? undefined : Number(cursor)),
    )) {
      const text = publications.versionText(organizationId, id, number)
      yield whole(`${folder}/versions/${number}.json`, text, publishedAt)
      this.#counts.versions++
    }
    const links = await Array.fromAsync(each((cursor) => sharing.links.list(organizationId, id, pageLimitMax, cursor)))
    this.#counts.links += links.length
    yield this.#json(
      `${folder}/links.json`,
      links.map((link) => linkResource(link, origin, nowMs())),
    )
    const answers = responseFile(this.deps, row, { byteOrderMark: true })
    yield* this.#table(`${folder}/responses.csv`, answers, (rows) => {
      this.#counts.responses += rows
    })
    yield* this.#table(`${folder}/visits.csv`, visitFile(visits, id, { byteOrderMark: true }), (rows) => {
      this.#counts.visits += rows
    })
    yield* this.#chats(folder, id)
  }

  /** What visitors asked the capsule's chat, what it said, and the addresses that they left. */
  async *#chats(folder: string, capsuleId: string): AsyncGenerator<TarEntry> {
    const { chats } = this.deps
    const conversations = conversationFile(chats, this.organizationId, capsuleId, (some) => {
      this.#counts.conversations += some
    })
    yield* this.#staged(`${folder}/conversations.jsonl`, conversations)
    yield* this.#table(`${folder}/leads.csv`, leadFile(chats, this.organizationId, capsuleId), (rows) => {
      this.#counts.leads += rows
    })
  }

  async *#members(): AsyncGenerator<TarEntry> {
    const { members } = this.deps
    const people = each((cursor) => members.list(this.organizationId, pageLimitMax, cursor))
    const table = records(['id', 'name', 'email', 'role'], people, ({ id, name, email, role }) => [
      ...[id, name, email, role],
    ])
    yield* this.#table('members.csv', table, (rows) => {
      this.#counts.members = rows
    })
  }

  /** Originals under names that every file system takes; the table has the ones they were given. */
  async *#media(): AsyncGenerator<TarEntry> {
    const { assets, originals } = this.deps.media
    const all = () => each((cursor) => assets.list(this.organizationId, { limit: pageLimitMax, cursor }))
    const pathOf = ({ id, name }: { id: string; name: string }) => `media/${id}-${fileName(name)}`
    const columns = ['file', 'name', 'alternative text', 'kind', 'type', 'bytes', 'uploaded']
    const table = records(columns, all(), (one) => [
      ...[pathOf(one), one.name, one.alt, one.kind, one.type, one.bytes, new Date(one.createdMs).toISOString()],
    ])
    yield* this.#table('media.csv', table, () => {})
    for await (const one of all()) {
      const found = await originals.find({ organizationId: this.organizationId, hash: one.hash })
      if (found === undefined) {
        this.#counts.mediaMissing++
        continue
      }
      using _held = found.held
      this.#counts.media++
      yield { path: pathOf(one), bytes: found.bytes, modifiedMs: one.updatedMs, body: found.stream() }
    }
  }

  async *#table(
    path: string,
    source: AsyncIterable<Uint8Array>,
    onRows: (rows: number) => void,
  ): AsyncGenerator<TarEntry> {
    let lines = 0
    const counted = countLines(source, (some) => {
      lines += some
    })
    for await (const entry of this.#staged(path, counted)) {
      onRows(lines - 1)
      yield entry
    }
  }

  /** What is made while it is read is written down first, on the disk: how long it is, it does not say before its end. */
  async *#staged(path: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
    await using staged = await this.deps.media.staging.receive(source, entryBytesMax)
    yield { path, bytes: staged.bytes, modifiedMs: this.deps.nowMs(), body: Bun.file(staged.path).stream() }
  }

  #json(path: string, value: unknown): TarEntry {
    return whole(path, `${JSON.stringify(value, null, 2)}\n`, this.deps.nowMs())
  }
}

function whole(path: string, text: string, modifiedMs: number): TarEntry {
  const bytes = Buffer.from(text)
  return { path, bytes: bytes.byteLength, modifiedMs, body: only(bytes) }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* records<T>(
  columns: readonly string[],
  rows: AsyncIterable<T>,
  cellsOf: (row: T) => Parameters<typeof csvRecord>[0],
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(byteOrderMark + csvRecord(columns))
  for await (const row of rows) yield Buffer.from(csvRecord(cellsOf(row)))
}

/** Records of a CSV (RFC 4180): line breaks outside of quotes. A quote within quotes stands there twice, and so changes nothing. */
async function* countLines(
  source: AsyncIterable<Uint8Array>,
  onLines: (some: number) => void,
): AsyncGenerator<Uint8Array> {
  let quoted = false
  for await (const chunk of source) {
    let some = 0
    for (const byte of chunk) {
      if (byte === 0x22) quoted = !quoted
      else if (byte === 0x0a && !quoted) some++
    }
    onLines(some)
    yield chunk
  }
}
