import { computed, signal } from '@preact/signals'
import type { Permission } from '../../../organization/index.ts'
import { surround } from './api.ts'
import { identity, type User } from './identity.ts'
import { type Membership, organizations as organizationList } from './resources.ts'

/** Undefined: not known yet; null: nobody. */
export const person = signal<User | null | undefined>(undefined)
export const sessionToken = signal('')
export const organizations = signal<readonly Membership[]>([])
/** The slug in the address. */
export const organizationSlug = signal<string | undefined>(undefined)
export const organization = computed(() => organizations.value.find((one) => one.slug === organizationSlug.value))

/** Waits for somebody who was signed in to sign in again. */
export const expired = signal<{ readonly resolve: (signedIn: boolean) => void } | undefined>(undefined)
let asking: Promise<boolean> | undefined

const lastKey = 'encapsify.organization'

/** What each role may do, as the server has it; the server decides, this only hides what would be refused. */
const mayWrite: readonly Permission[] = ['capsules:write', 'ai:use']
export function may(permission: Permission): boolean {
  const role = organization.value?.role
  if (role === 'owner') return true
  if (role === 'editor') return mayWrite.includes(permission) || permission.endsWith(':read')
  return role === 'viewer' && permission.endsWith(':read')
}

export function startSession(): Promise<void> {
  surround({ organization: () => organizationSlug.value, signInAgain })
  return loadSession()
}

export async function loadSession(): Promise<void> {
  const current = await identity.current()
  if (current === null) {
    person.value = null
    return
  }
  if (current.needsRefresh === true) void identity.extend().catch(() => undefined)
  sessionToken.value = current.session.token
  await loadOrganizations()
  person.value = current.user
}

export async function loadOrganizations(): Promise<void> {
  organizations.value = (await organizationList.list()).items
}

export function enterOrganization(slug: string | undefined): void {
  organizationSlug.value = slug
  if (slug !== undefined) localStorage.setItem(lastKey, slug)
}

/** The one to open when none is named: the last one, or the first. */
export function lastOrganization(): Membership | undefined {
  const last = localStorage.getItem(lastKey)
  return organizations.value.find((one) => one.slug === last) ?? organizations.value[0]
}

export async function signOut(): Promise<void> {
  await identity.signOut()
  person.value = null
  organizations.value = []
  organizationSlug.value = undefined
}

/** Several requests may hear 401 at once: one dialog answers them all. */
function signInAgain(): Promise<boolean> {
  if (person.value === undefined || person.value === null) return Promise.resolve(false)
  asking ??= new Promise<boolean>((resolve) => {
    expired.value = { resolve }
  }).finally(() => {
    expired.value = undefined
    asking = undefined
  })
  return asking
}
