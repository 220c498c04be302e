import { Elysia } from 'elysia'
import type { Assets } from '../../src/http/assets.ts'
import type { Capsules, Template } from '../capsule/index.ts'
import type { Members, Organizations, SessionOf } from '../organization/index.ts'
import { Previews } from './previews.ts'
import { Shell } from './shell.ts'

export interface StudioDeps {
  /** The public origin, without a trailing slash. */
  readonly origin: string
  readonly assets: Assets
  readonly sessionOf: SessionOf
  readonly organizations: Pick<Organizations, 'byId'>
  readonly members: Pick<Members, 'roleOf'>
  readonly capsules: Pick<Capsules, 'get' | 'draft'>
  readonly templates: readonly Template[]
  /** A picture of ours, shown beside the sign-in form. */
  readonly picture: string
  readonly imageSize?: (src: string) => { readonly width: number; readonly height: number } | undefined
  readonly mediaUrl?: (assetId: string) => string | undefined
}

const hidden = { detail: { hide: true } }

/** The owners' web app at `/studio`: one page for every address, and previews of drafts and templates as visitors would see them. */
export function studioRoutes(deps: StudioDeps) {
  const shell = new Shell(deps.assets, deps.picture)
  const previews = new Previews(deps)
  return new Elysia({ name: 'studio' })
    .get('/studio', ({ request }) => shell.answer(request), hidden)
    .get(
      '/studio/*',
      ({ request, params }) => {
        const previewed = previews.answer(request, params['*'])
        return previewed ?? shell.answer(request)
      },
      hidden,
    )
}
