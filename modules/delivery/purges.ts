import { everything, pathTag } from '../../src/cache/tags.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import { AppError, type Fault } from '../../src/errors.ts'

/** What somebody asks to have thrown out of the caches. */
export interface PurgeRequest {
  readonly paths?: readonly string[] | undefined
  readonly tags?: readonly string[] | undefined
  readonly organization?: string | undefined
  readonly everything?: boolean | undefined
}

/** What is asked for as tags. @throws AppError invalid when nothing is named. */
export function purgedTags(request: PurgeRequest, organizationIdOf: (named: string) => string): string[] {
  const { paths = [], tags = [], organization } = request
  const all = [
    ...(request.everything === true ? [everything] : []),
    ...(organization === undefined ? [] : [`organization:${organizationIdOf(organization)}`]),
    ...tags,
    ...paths.map((path) => pathTag(path)),
  ]
  if (all.length > 0) return all
  throw new AppError('invalid', 'Say what to purge: paths, tags, an organization, or everything.', {
    faults: [{ pointer: '', message: 'names nothing' }],
  })
}

/**
 * An owner purges what belongs to the organization and nothing else.
 * @throws AppError forbidden, naming what is not its own.
 */
export function checkOwn(request: PurgeRequest, own: { readonly id: OrganizationId; readonly slug: string }): void {
  const faults: Fault[] = []
  const refuse = (pointer: string) => faults.push({ pointer, message: 'belongs to somebody else' })
  if (request.everything === true) refuse('/everything')
  if (request.organization !== undefined && ![own.id, own.slug].includes(request.organization)) refuse('/organization')
  for (const [n, path] of (request.paths ?? []).entries()) {
    if (path !== `/${own.slug}` && !path.startsWith(`/${own.slug}/`)) refuse(`/paths/${n}`)
  }
  for (const [n, tag] of (request.tags ?? []).entries()) if (ownerOf(tag) !== own.id) refuse(`/tags/${n}`)
  if (faults.length > 0) {
    throw new AppError('forbidden', 'You may purge what belongs to your organization, and nothing else.', { faults })
  }
}

/** Whose a tag is: it ends with an id, and every id leads to its organization. */
function ownerOf(tag: string): OrganizationId | undefined {
  const colon = tag.indexOf(':')
  try {
    return colon === -1 ? undefined : organizationOf(tag.slice(colon + 1))
  } catch {
    return undefined
  }
}
