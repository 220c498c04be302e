import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import type { Role } from './schema.ts'

export const permissions = [
  'capsules:read',
  'capsules:write',
  'responses:read',
  'members:read',
  'members:write',
  'keys:write',
  'organization:write',
  'ai:use',
] as const
export type Permission = (typeof permissions)[number]

const granted: Readonly<Record<Role, readonly Permission[]>> = {
  owner: permissions,
  editor: ['capsules:read', 'capsules:write', 'responses:read', 'members:read', 'ai:use'],
  viewer: ['capsules:read', 'responses:read', 'members:read'],
}

export function mayRole(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission)
}

/** Who asks, and for which organization. */
export interface Access {
  readonly organizationId: OrganizationId
  readonly by:
    | { readonly kind: 'user'; readonly userId: string; readonly email: string; readonly role: Role }
    | { readonly kind: 'key'; readonly keyId: string; readonly scopes: readonly Permission[] }
}

/**
 * Nobody gives what they do not hold: a key for keys alone makes no key for capsules, one for members no owner.
 * @param pointer where in the body it is given
 * @throws AppError forbidden.
 */
export function checkMayGive(access: Access, given: readonly Permission[], pointer: string): void {
  const held = access.by.kind === 'key' ? access.by.scopes : granted[access.by.role]
  const missing = given.find((permission) => !held.includes(permission))
  if (missing === undefined) return
  const message = `gives "${missing}", which whoever asks does not hold`
  throw new AppError('forbidden', `This ${message}.`, { faults: [{ pointer, message }] })
}

export function permissionsOf(role: Role): readonly Permission[] {
  return granted[role]
}

/** The id that stands for who asked, in versions and audits. */
export function actorOf(access: Access): string {
  return access.by.kind === 'user' ? access.by.userId : access.by.keyId
}
