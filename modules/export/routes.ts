import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { detail } from '../../src/http/detail.ts'
import { RateLimit } from '../../src/http/rate-limit.ts'
import type { Access, AccessPlugin, Permission } from '../organization/index.ts'
import { Contents, type ExportDeps } from './contents.ts'
import { tarStream } from './tar.ts'

/** All that is read for one: a burst of four, then one every quarter of an hour, on each node. */
const exportsPerOrganization = { name: 'organization-exports', attemptsMax: 4, windowS: 3_600 } as const
/** What a key must hold to read what is in it. Owners hold all of it. */
const reads: readonly Permission[] = ['capsules:read', 'responses:read', 'members:read']

export interface ExportRoutesDeps extends Omit<ExportDeps, 'nowMs'> {
  readonly access: AccessPlugin
  readonly reportBug: (error: unknown) => void
  readonly nowMs?: () => number
}

/** Everything an organization has, to take along. */
export function exportRoutes({ access, reportBug, nowMs = Date.now, ...deps }: ExportRoutesDeps) {
  const limit = new RateLimit(exportsPerOrganization, nowMs)
  return new Elysia({ name: 'export', prefix: '/api/v1' }).use(access).get(
    '/organization/export',
    ({ access }) => {
      checkMayRead(access)
      const { organizationId } = access
      limit.take(organizationId)
      const slug = deps.organizations.byId(organizationId)?.slug ?? organizationId
      const day = new Date(nowMs()).toISOString().slice(0, 10)
      const contents = new Contents({ ...deps, nowMs }, organizationId)
      return new Response(tarStream(contents.entries(), reportBug), {
        headers: {
          'content-type': 'application/x-tar',
          'content-disposition': `attachment; filename="${slug}-${day}.tar"`,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      })
    },
    {
      needs: 'organization:write',
      ...detail(
        'Organizations',
        'exportOrganization',
        'Everything the organization has, as a tar archive whose last file is manifest.json; a key needs all reading scopes too',
        { 200: 'A tar archive. Without manifest.json at its end it was cut off.' },
      ),
    },
  )
}

/** Nobody reads by an export what they may not read by itself. @throws AppError forbidden. */
function checkMayRead({ by }: Access): void {
  const missing = by.kind === 'key' ? reads.find((scope) => !by.scopes.includes(scope)) : undefined
  if (missing !== undefined) throw new AppError('forbidden', `This API key lacks the scope "${missing}".`)
}
