import type { OrganizationId } from '../../src/db/ids.ts'
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
    | { readonly kind: 'key'; readonly keyId: string }
}

/** The id that stands for who asked, in versions and audits. */
export function actorOf(access: Access): string {
  return access.by.kind === 'user' ? access.by.userId : access.by.keyId
}
