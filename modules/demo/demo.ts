import { createHmac } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Keys, type Organizations, permissions } from '../organization/index.ts'
import { demoCapsules, northlight } from './capsules.ts'
import { type Publishing, publishDemoCapsule } from './publishing.ts'
import { giveVisits, type Visiting } from './visits.ts'

type Person = Parameters<Organizations['ensure']>[0]

/** What the demo is made with: the faces of the modules, and nothing behind them. */
export interface DemoParts extends Publishing {
  /** Absent: nobody has visited the demo yet. */
  readonly analytics?: Visiting
  readonly identity: {
    /** The person with this e-mail address, made when there is none, whose password is this one from now on. */
    ensurePerson(person: { email: string; name: string; password: string }): Promise<Person>
  }
  readonly organizations: Pick<Organizations, 'ensure' | 'of'>
  readonly keys: Pick<Keys, 'create' | 'list' | 'revoke'>
  /** The public origin, without a trailing slash. */
  readonly origin: string
  /** The server's secret: the demo's password is derived from it. */
  readonly secret: string
  readonly nowMs?: () => number
}

/** What `encapsify demo --json` prints. */
export const demoSchema = Type.Object({
  origin: Type.String(),
  /** The slug: the value of `Encapsify-Organization`. */
  organization: Type.String(),
  capsules: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), url: Type.String() })),
  email: Type.String(),
  password: Type.String(),
  apiKey: Type.String(),
})
export type Demo = Static<typeof demoSchema>

/** Told after each step, for whoever shows progress. */
export type Progress = (step: string, done: number, outOf: number) => void

const email = 'demo@northlight.example'
const personName = 'Sunniva Dahl'
const keyPrefix = 'demo '
/** Demo keys that stay: a terminal left open goes on working. */
const keysKept = 5
const keysPageMax = 100

/**
 * Fills the data with an organization and its published, answered capsules. Whatever is there already stays what it is: a
 * second call makes a fresh key and nothing else.
 * @throws AppError conflict when somebody else's organization has the demo's address.
 */
export async function fillDemo(parts: DemoParts, progress: Progress = () => {}): Promise<Demo> {
  const definitions = demoCapsules(parts.origin)
  const steps = definitions.length + 2
  const password = passwordOf(parts.secret)
  const person = await parts.identity.ensurePerson({ email, name: personName, password })
  const organization = await demoOrganization(parts, person)
  progress(`${northlight.name}, owned by ${email}`, 1, steps)
  const capsules: Demo['capsules'] = []
  for (const [n, definition] of definitions.entries()) {
    const { id, title, slug } = await publishDemoCapsule(parts, organization.id, person.userId, definition)
    // The first is the one that is shown around.
    if (parts.analytics) {
      await giveVisits(
        parts.analytics,
        organization.id,
        id,
        definition,
        Math.max(2, 14 - 3 * n),
        (parts.nowMs ?? Date.now)(),
      )
    }
    capsules.push({ id, title, url: `${parts.origin}/${organization.slug}/${slug}` })
    progress(title, capsules.length + 1, steps)
  }
  const apiKey = await freshKey(parts, organization.id, person.userId)
  progress('A fresh API key', steps, steps)
  return { origin: parts.origin, organization: organization.slug, capsules, email, password, apiKey }
}

/** The same at every call, and known only to who knows the server's secret. */
function passwordOf(secret: string): string {
  return createHmac('sha256', secret).update('demo:password').digest('base64url').slice(0, 20)
}

async function demoOrganization({ organizations }: DemoParts, person: Person) {
  const own = () => organizations.of(person.userId).find((one) => one.slug === northlight.slug)
  const known = own()
  if (known !== undefined) return known
  const made = await organizations.ensure(person, northlight).catch((error: unknown) => {
    // Two demos at once: the other one was quicker.
    if (error instanceof AppError && error.code === 'conflict') return own()
    throw error
  })
  // The address may belong to somebody else: their organization is not for us to fill.
  if (made === undefined || own() === undefined) {
    throw new AppError('conflict', `The address /${northlight.slug} belongs to an organization that is not the demo's.`)
  }
  return made
}

async function freshKey(
  { keys, nowMs = Date.now }: DemoParts,
  organizationId: OrganizationId,
  by: string,
): Promise<string> {
  const name = keyPrefix + new Date(nowMs()).toISOString().slice(0, 19).replace('T', ' ')
  const { key } = await keys.create(organizationId, { name, scopes: permissions, createdBy: by })
  const demoKeys: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: ReturnType<Keys['list']> = keys.list(organizationId, keysPageMax, cursor)
    demoKeys.push(...page.items.filter((one) => one.name.startsWith(keyPrefix)).map((one) => one.id))
    cursor = page.nextCursor
  }
  // Ids sort by time.
  for (const id of demoKeys.toSorted().slice(0, -keysKept)) await keys.revoke(organizationId, id)
  return key
}
