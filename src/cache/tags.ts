/** Evictions that are remembered, to refuse what was made from older data. */
const evictionsMax = 10_000

/** The tag of every page. */
export const everything = '*'
const pathPrefix = 'path:'

/** The tag of what is at a path, on whichever page of it. */
export function pathTag(path: string): string {
  return pathPrefix + path
}

export function pathOfTag(tag: string): string | undefined {
  return tag.startsWith(pathPrefix) ? tag.slice(pathPrefix.length) : undefined
}

/** What shows an organization, its name or its address. */
export function organizationTag(id: string): string {
  return `organization:${id}`
}

/** What was found, or not found, at an organization's address. */
export function slugTag(slug: string): string {
  return `slug:${slug}`
}

/** Tags that a page has by its address alone; no index holds them. */
export function tagsOfKey(key: string): readonly string[] {
  const query = key.indexOf('?')
  return [everything, pathTag(query === -1 ? key : key.slice(0, query))]
}

export function isAt(key: string, path: string): boolean {
  return key === path || (key.startsWith(path) && key[path.length] === '?')
}

/**
 * Counts evictions, and that count is the caches' clock: what was begun before the last eviction of one of its tags does not
 * stand. Commit numbers would not do: those of several databases may be applied out of order.
 */
export class TagClock {
  /** Tag → the count at its last eviction, oldest first. */
  readonly #evictedAt = new Map<string, number>()
  /** What began before this count does not stand: evictions up to it are no longer remembered by tag. */
  #forgottenAt = 0
  #now = 0

  get now(): number {
    return this.#now
  }

  evict(tag: string): void {
    this.#now++
    this.#evictedAt.delete(tag)
    this.#evictedAt.set(tag, this.#now)
    if (this.#evictedAt.size > evictionsMax) this.#forgetOldest()
  }

  evictAll(): void {
    this.#forgottenAt = ++this.#now
    this.#evictedAt.clear()
  }

  /** Whether what was made from data read at `since` may still be used. */
  stands(tags: readonly string[], since: number): boolean {
    return since >= this.#forgottenAt && tags.every((tag) => (this.#evictedAt.get(tag) ?? 0) <= since)
  }

  #forgetOldest(): void {
    for (const [oldest, count] of this.#evictedAt) {
      this.#evictedAt.delete(oldest)
      this.#forgottenAt = Math.max(this.#forgottenAt, count)
      return
    }
  }
}

/** Which keys carry a tag. */
export class TagIndex {
  /** Most tags are on one page: a set of their own would take more memory than their page's entry. */
  readonly #keys = new Map<string, string | Set<string>>()

  add(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag)
      if (keys === undefined) this.#keys.set(tag, key)
      else if (typeof keys !== 'string') keys.add(key)
      else if (keys !== key) this.#keys.set(tag, new Set([keys, key]))
    }
  }

  remove(key: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const keys = this.#keys.get(tag)
      if (keys === key) this.#keys.delete(tag)
      if (keys === undefined || typeof keys === 'string') continue
      keys.delete(key)
      if (keys.size === 0) this.#keys.delete(tag)
    }
  }

  /** A list of its own: what is in the index may change while it is walked. */
  keysOf(tag: string): string[] {
    const keys = this.#keys.get(tag)
    return typeof keys === 'string' ? [keys] : [...(keys ?? [])]
  }
}
