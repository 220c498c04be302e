/** An entity tag as it travels: the quoted text, and whether it is weak (RFC 9110, 8.8.3). */
interface EntityTag {
  readonly weak: boolean
  readonly opaque: string
}

const one = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\uffff]*)")?[ \t]*(?:,|$)/y

/**
 * The tags of an If-Match that can match: strong ones, without their quotes (RFC 9110, 13.1.1: the comparison is the
 * strong one, so a weak tag never matches). `*`: whatever there is. A header that is no list of tags matches nothing.
 */
export function strongTags(header: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*'
  return entityTags(header).flatMap((tag) => (tag.weak ? [] : [tag.opaque]))
}

/** Whether an If-None-Match names this tag, so that the client has the representation: the weak comparison (13.1.2). */
export function isKnown(header: string | null, opaque: string): boolean {
  if (header === null) return false
  return header.trim() === '*' || entityTags(header).some((tag) => tag.opaque === opaque)
}

function entityTags(header: string): EntityTag[] {
  const tags: EntityTag[] = []
  one.lastIndex = 0
  while (one.lastIndex < header.length) {
    const found = one.exec(header)
    if (found === null) return []
    const [, weak, opaque] = found
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque })
  }
  return tags
}
