import type { TSchema } from '@sinclair/typebox'
import type { Change, Changes } from '../db/database.ts'
import type { ChangeKind } from '../db/operation.ts'

/** Which tags a change makes wrong. */
export type TagsOf = (change: Pick<Change, 'kind' | 'subject' | 'organizationId' | 'payload'>) => readonly string[]

/**
 * What each kind of change evicts, told once and used three times: when a change is applied here, when a restart asks what the
 * disk's pages have missed, and when shared caches are told.
 */
export class Invalidation {
  readonly #tagsOf = new Map<string, TagsOf>()

  #tell: (database: string) => void = () => {}

  constructor(
    private readonly changes: Pick<Changes, 'onApplied' | 'onConfirmed'>,
    private readonly evict: (tag: string) => void,
  ) {}

  on<S extends TSchema>(change: ChangeKind<S>, tagsOf: TagsOf): void {
    this.#tagsOf.set(change.kind, tagsOf)
    this.changes.onApplied(change, (applied) => {
      for (const tag of tagsOf(applied)) this.evict(tag)
    })
    this.changes.onConfirmed(change, (confirmed) => {
      if (tagsOf(confirmed).length > 0) this.#tell(confirmed.database)
    })
  }

  /** Told with the database whose log evicts something, once that is confirmed. */
  onConfirmed(listener: (database: string) => void): void {
    this.#tell = listener
  }

  get kinds(): readonly string[] {
    return [...this.#tagsOf.keys()]
  }

  readonly tagsOf: TagsOf = (change) => this.#tagsOf.get(change.kind)?.(change) ?? []
}
