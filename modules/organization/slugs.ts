import { AppError } from '../../src/errors.ts'

/** First path segments that are ours, now or one day. */
const reserved = new Set(
  '- about account admin ai api app apps assets auth blog cdn dashboard docs embed encapsify favicon health help live login logout metrics oembed ops pricing privacy public robots security settings signin signup sitemap static status studio support sw terms well-known www'.split(
    ' ',
  ),
)
/** What the house makes for itself, to check itself with. */
const ownPrefix = 'encapsify-'

/** Three to forty of a-z, 0-9 and single hyphens. @throws AppError invalid with the fault at /slug. */
export function checkOrganizationSlug(slug: string): string {
  const fault =
    slug.length < 3 || slug.length > 40
      ? 'has 3 to 40 characters'
      : !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)
        ? 'holds only a-z, 0-9 and single hyphens between them'
        : isReserved(slug)
          ? 'is reserved'
          : undefined
  if (fault === undefined) return slug
  throw new AppError('invalid', `The slug ${fault}.`, { faults: [{ pointer: '/slug', message: fault }] })
}

export function organizationSlugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return slug.length < 3 || isReserved(slug) ? `team-${slug || 'new'}` : slug
}

function isReserved(slug: string): boolean {
  return reserved.has(slug) || slug.startsWith(ownPrefix)
}
