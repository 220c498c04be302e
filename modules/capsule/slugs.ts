import { AppError } from '../../src/errors.ts'

export const slugLengthMax = 64
/** Below an organization's address these are ours. */
const reserved = new Set(['-', 'api', 'embed', 'feed', 'new', 'settings', 'studio'])

/** Lower-case letters, digits and single hyphens. @throws AppError invalid with the fault at /slug. */
export function checkSlug(slug: string): string {
  const fault =
    slug.length > slugLengthMax
      ? `has at most ${slugLengthMax} characters`
      : !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)
        ? 'holds only a-z, 0-9 and single hyphens between them'
        : reserved.has(slug)
          ? 'is reserved'
          : undefined
  if (fault === undefined) return slug
  throw new AppError('invalid', `The slug ${fault}.`, { faults: [{ pointer: '/slug', message: fault }] })
}

/** A slug made of a title: letters without their accents, everything else a hyphen. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, slugLengthMax)
    .replace(/-+$/, '')
  return slug === '' || reserved.has(slug) ? 'capsule' : slug
}
