import { organizationOf } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type CapsuleDocument, parseDocument, richTextToHtml } from '../capsule/index.ts'
import { renderPage } from '../visitor/index.ts'
import type { StudioDeps } from './routes.ts'

interface Previewed {
  readonly id: string
  readonly title: string
  readonly organization: string
  readonly document: CapsuleDocument
}

const capsulePath = /^cap_[0-9a-z]+$/
const templatePath = /^template-([\w-]{1,64})$/

/** The page exactly as visitors would get it, of what is not published: a capsule's draft, or a template. */
export class Previews {
  constructor(private readonly deps: StudioDeps) {}

  /** Undefined for a path that names no preview. @throws AppError unauthenticated, not-found. */
  answer(request: Request, path: string): Promise<Response> | undefined {
    const template = templatePath.exec(path)?.[1]
    if (template !== undefined) return this.#respond(request, path, this.#template(template))
    return capsulePath.test(path) ? this.#draft(request, path) : undefined
  }

  async #draft(request: Request, id: string): Promise<Response> {
    const person = await this.deps.sessionOf(request)
    if (person === undefined) throw new AppError('unauthenticated', 'Sign in first.')
    const organizationId = organizationOf(id)
    if (this.deps.members.roleOf(organizationId, person.userId) === undefined) {
      throw new AppError('not-found', 'There is no such capsule.')
    }
    const { title } = this.deps.capsules.get(organizationId, id)
    const { document } = this.deps.capsules.draft(organizationId, id)
    const organization = this.deps.organizations.byId(organizationId)?.name ?? ''
    return this.#respond(request, id, { id, title, organization, document })
  }

  #template(id: string): Previewed {
    const found = this.deps.templates.find((one) => one.id === id)
    if (found === undefined) throw new AppError('not-found', 'There is no such template.')
    return { id, title: found.title, organization: 'Encapsify', document: parseDocument(found.document) }
  }

  /** Links between the pages lead to this very address, because the studio stands where an organization does. */
  async #respond(request: Request, path: string, { id, title, organization, document }: Previewed): Promise<Response> {
    const { origin, assets, imageSize, media } = this.deps
    /** A file of another organization is none of this page's, whatever its document says. */
    const ours = (assetId: string) => isOfOne(assetId, id)
    const pageId = new URL(request.url).searchParams.get('page') ?? undefined
    const page = renderPage({
      origin,
      organization: { slug: 'studio', name: organization },
      capsule: { id, slug: path, title, version: 0 },
      document,
      pageId,
      assets,
      richText: (content) => richTextToHtml(content),
      mediaUrl: (assetId) => (ours(assetId) ? media?.addressOf(assetId) : undefined),
      picture: (assetId) => (ours(assetId) ? media?.pictureOf(assetId) : undefined),
      imageSize,
    })
    if (page === undefined) throw new AppError('not-found', 'There is no such page.')
    // Nothing is answered here, so nothing runs here. Whatever an owner wrote is escaped and holds no tag.
    return new Response(page.html.replace(/<script [^>]*><\/script>/g, ''), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'private, no-store',
        'content-security-policy': page.csp.replace('frame-ancestors *', "frame-ancestors 'self'"),
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex',
      },
    })
  }
}

/** Whether two ids belong to one organization; an id that is none belongs to nobody. */
function isOfOne(id: string, other: string): boolean {
  try {
    return organizationOf(id) === organizationOf(other)
  } catch {
    return false
  }
}
